package io.mappedpages.spring;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code mappedpages.path} may say: a plain path, or a {@code file:} address. Spring and shells know more ways to
 * name a file. Taken for a path, most of those would silently make a directory {@code ~} or {@code file:} below the
 * working directory, so they are refused.
 */
final class PathValue {

    private static final String EMPTY = "It must name a file. Without a file, remove the property or set "
            + "mappedpages.enabled to false.";

    /** Two letters at least: one is a drive of Windows. The star is for {@code classpath*:}. */
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.*-]+):.*", Pattern.DOTALL);
    /** {@code $HOME/x} or {@code %APPDATA%\x}. */
    private static final Pattern SHELL_VARIABLE = Pattern.compile("\\$(\\w+).*|%(\\w+)%.*", Pattern.DOTALL);

    private PathValue() {
    }

    /**
     * Understands a value.
     *
     * @return the file
     * @throws Refused if it can be none, or is hardly meant as one
     */
    static Path parse(String value) throws Refused {
        if (value.isBlank()) {
            throw new Refused(EMPTY);
        }
        refuseDecoration(value);
        refuseUnexpanded(value);
        Matcher scheme = SCHEME.matcher(value);
        if (!scheme.matches()) {
            return plain(value);
        }
        if ("file".equals(scheme.group(1).toLowerCase(Locale.ROOT))) {
            return address(value);
        }
        throw new Refused("It must be a plain path or a file: address, and '" + scheme.group(1)
                + ":' is neither. A file below the working directory whose name has a colon is written './" + value
                + "'.");
    }

    private static void refuseDecoration(String value) throws Refused {
        if (!value.equals(value.strip())) {
            throw new Refused("It begins or ends with white space, which would become part of the file's name. "
                    + "Write '" + value.strip() + "'.");
        }
        char first = value.charAt(0);
        if ((first == '"' || first == '\'') && value.length() > 1 && value.charAt(value.length() - 1) == first) {
            throw new Refused("The quotes around it would become part of the file's name. Write it without.");
        }
    }

    private static void refuseUnexpanded(String value) throws Refused {
        if (value.contains("${")) {
            throw new Refused("It has a placeholder for which there is no value. Set what it names, as a property or "
                    + "in the environment, or give it a default: ${NAME:default}.");
        }
        Matcher variable = SHELL_VARIABLE.matcher(value);
        if (variable.matches()) {
            String name = variable.group(1) != null ? variable.group(1) : variable.group(2);
            throw new Refused("Variables are written with braces here: ${" + name + "}.");
        }
        if (value.charAt(0) == '~') {
            throw new Refused(tilde(value));
        }
    }

    private static String tilde(String value) {
        boolean own = value.length() == 1 || value.charAt(1) == '/' || value.charAt(1) == '\\';
        return "Only shells know what '~' means. " + (own
                ? "Write '" + System.getProperty("user.home") + value.substring(1) + "' or '${user.home}"
                        + value.substring(1) + "'."
                : "Write the directory out, or './" + value + "' for a file of that name below the working directory.");
    }

    private static Path plain(String value) throws Refused {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new Refused("It cannot be a path: " + e.getReason() + ".");
        }
    }

    private static Path address(String value) throws Refused {
        String rest = value.substring("file:".length());
        if (!rest.startsWith("/")) {
            throw new Refused(
                    "A file: address begins with a slash: file:/data/store.pages. For a file below the working "
                            + "directory write a plain path: '" + (rest.isEmpty() ? "store.pages" : rest) + "'.");
        }
        try {
            return Path.of(new URI("file:" + rest));
        } catch (URISyntaxException | IllegalArgumentException e) { // of InvalidPathException too
            throw new Refused("It is no address of a file of this machine: " + e.getMessage()
                    + ". Write a plain path instead.");
        }
    }

    /** Why a value is refused. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }

        /** {@return what is wrong, and what to write} */
        String reason() {
            return String.valueOf(getMessage());
        }
    }
}
