package io.mappedpages.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"mappedpages " + (version == null ? "(not from a jar)" : version) + ", file format 1.0",
            "Java " + Runtime.version() + " on " + System.getProperty("os.name")};
    }
}
