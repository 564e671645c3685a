package io.tinysync.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.regex.Pattern;

/** What a setting's value may be. */
enum SettingKind {
    SECTION("a section, with its settings in braces"),
    FLAG("true or false"),
    WHOLE_NUMBER("a whole number"),
    TIME("a time with its unit, such as 90s"),
    LIST("a list"),
    TEXT("a text");

    private static final Pattern TIME_FORM = Pattern.compile("\\d+ ?[a-z]+");

    private final String words;

    SettingKind(String words) {
        this.words = words;
    }

    /** The kind that a default is of. */
    static SettingKind of(ConfigValue example) {
        return switch (example.valueType()) {
            case OBJECT -> SECTION;
            case BOOLEAN -> FLAG;
            case NUMBER -> WHOLE_NUMBER;
            case LIST -> LIST;
            case STRING, NULL ->
                TIME_FORM.matcher(String.valueOf(example.unwrapped())).matches() ? TIME : TEXT;
        };
    }

    /** Whether the value that a resolved configuration has under this name is of this kind. */
    boolean reads(Config config, String name) {
        try {
            Object _ = switch (this) {
                case SECTION -> config.getConfig(name);
                case FLAG -> config.getBoolean(name);
                case WHOLE_NUMBER -> wholeNumber(config, name);
                case TIME -> config.getDuration(name);
                case LIST -> list(config, name);
                case TEXT -> config.getString(name);
            };
            return true;
        } catch (ConfigException e) {
            return false;
        }
    }

    private static Object wholeNumber(Config config, String name) {
        if (config.getDouble(name) % 1 != 0) {
            throw new ConfigException.BadValue(name, "it has a fraction");
        }
        return config.getLong(name);
    }

    /** Also as one text with commas between, which is how the environment has it. */
    private static Object list(Config config, String name) {
        return config.getValue(name).valueType() == ConfigValueType.STRING
                ? config.getString(name)
                : config.getStringList(name);
    }

    @Override
    public String toString() {
        return words;
    }
}
