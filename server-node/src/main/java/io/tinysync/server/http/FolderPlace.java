package io.tinysync.server.http;

/**
 * A place in the order of a folder's items, as a link to the next page has it: {@code d/NAME} after a folder, {@code f/NAME} after a file.
 */
record FolderPlace(boolean isFolder, String name) {

    /** @throws IllegalArgumentException if the text is anything else */
    static FolderPlace parse(String text) {
        if (!text.startsWith("d/") && !text.startsWith("f/")) {
            throw new IllegalArgumentException("must begin with d/ or f/");
        }
        return new FolderPlace(text.startsWith("d/"), text.substring(2));
    }

    @Override
    public String toString() {
        return (isFolder ? "d/" : "f/") + name;
    }
}
