package io.tinysync.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.tinysync.server.startup.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What may stand under {@code tinysync.server}: the keys of {@code reference.conf}, each with a value of the kind that its default is
 * of. A misspelled key would otherwise be a setting that its operator believes in.
 */
final class KnownSettings {

    private static final String ROOT = "tinysync";
    private static final String SERVER = ROOT + ".server";

    private final Config given;
    private final Config defaults;
    private final List<String> faults = new ArrayList<>();

    private KnownSettings(Config given, Config defaults) {
        this.given = given;
        this.defaults = defaults;
    }

    /**
     * Passes if every key is a setting and has a value of its kind.
     *
     * @param given resolved
     * @throws StartupException with where each of the others stands, its name, and the setting that may be meant
     */
    static void check(Config given) throws StartupException {
        Config defaults =
                ConfigFactory.defaultReferenceUnresolved().withOnlyPath(ROOT).resolve(ConfigResolveOptions.noSystem());
        KnownSettings settings = new KnownSettings(given, defaults);
        settings.checkNames(ROOT);
        settings.checkSection(SERVER);
        if (!settings.faults.isEmpty()) {
            throw new StartupException("the configuration is not valid: " + String.join("; ", settings.faults));
        }
    }

    private void checkNames(String section) {
        Set<String> known = defaults.getObject(section).keySet();
        given.getObject(section).forEach((key, value) -> {
            if (!known.contains(key)) {
                String name = child(section, key);
                fault(value, "there is no setting " + name + meant(name));
            }
        });
    }

    private void checkSection(String section) {
        checkNames(section);
        ConfigObject values = given.getObject(section);
        defaults.getObject(section).forEach((key, example) -> {
            ConfigValue value = values.get(key);
            if (value != null) {
                checkValue(child(section, key), value, example);
            }
        });
    }

    private void checkValue(String name, ConfigValue value, ConfigValue example) {
        SettingKind kind = SettingKind.of(example);
        if (!kind.reads(given, name)) {
            fault(value, name + " must be " + kind);
        } else if (kind == SettingKind.SECTION) {
            checkSection(name);
        }
    }

    private void fault(ConfigValue value, String what) {
        faults.add(value.origin().description() + ": " + what);
    }

    private String meant(String unknown) {
        return NearestName.of(unknown, names(SERVER))
                .map(name -> "; is " + name + " meant?")
                .orElse("");
    }

    /** Of a section, and of all settings and sections in it. */
    private Set<String> names(String section) {
        Set<String> names = new TreeSet<>(Set.of(section));
        defaults.getObject(section).forEach((key, example) -> {
            String name = child(section, key);
            names.addAll(example instanceof ConfigObject ? names(name) : Set.of(name));
        });
        return names;
    }

    private static String child(String section, String key) {
        return section + "." + ConfigUtil.joinPath(key);
    }
}
