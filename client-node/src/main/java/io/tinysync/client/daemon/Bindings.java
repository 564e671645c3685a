package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.devfuse.DeviceMount;
import io.tinysync.client.fuse.JnrMount;
import io.tinysync.client.mount.Binding;

/** The ways to bring a drive to the kernel, by the name that a user gives in the environment. */
final class Bindings {

    private static final String SETTING = "TINYSYNC_BINDING";

    private Bindings() {}

    /** The one that the environment names; without a name the kernel's own protocol on {@code /dev/fuse}. */
    static Binding chosen() {
        String name = System.getenv().getOrDefault(SETTING, "dev-fuse");
        return switch (name) {
            case "dev-fuse" -> DeviceMount::mount;
            case "jnr-fuse" -> JnrMount::mount;
            default -> throw new Refusal("%s is %s, and has to be dev-fuse or jnr-fuse".formatted(SETTING, name));
        };
    }
}
