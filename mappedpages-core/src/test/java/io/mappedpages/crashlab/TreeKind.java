package io.mappedpages.crashlab;

/** The two trees of a file, in the order in which a record numbers them. */
enum TreeKind {

    MAP('M', FormatBytes.MAP_ROOT, FormatBytes.MAP_HEIGHT),
    DIRECTORY('D', FormatBytes.DIRECTORY_ROOT, FormatBytes.DIRECTORY_HEIGHT);

    /** The third letter of its nodes. */
    final char letter;
    /** Where the metadata page has the pair of its root. */
    final int root;
    /** Where the metadata page has its height. */
    final int height;

    TreeKind(char letter, int root, int height) {
        this.letter = letter;
        this.root = root;
        this.height = height;
    }
}
