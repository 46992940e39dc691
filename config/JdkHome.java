import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Writes down where the JDK is that runs it; run by the build with the one that its toolchains found, as a single source file. */
class JdkHome {

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        Properties found = new Properties();
        found.setProperty("jdk.home", System.getProperty("java.home"));
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            found.store(out, null);
        }
    }
}
