package io.mappedpages.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command. A new subcommand is a class with its name in the list below. */
// @formatter:off
@Command(
        name = "mappedpages", versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Looks into page files, checks, copies and repairs them, and tells of disks and running pagers.", "",
            "@|bold mappedpages COMMAND --help|@ says more of one command."},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            ExitCodes.FINE_LINE, "1:something is wrong with what was looked at", ExitCodes.USAGE_LINE,
            ExitCodes.FAILED_LINE},
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            FileInfo.class, Verify.class, Dump.class, MapPages.class, BackUp.class, Repair.class, ImportRust.class,
            Trim.class, Watch.class, Bench.class,
            HelpCommand.class, GenerateCompletion.class})
// @formatter:on
final class MappedPages implements Runnable {

    /** The pager's own lines of log: what is worth a person's attention is said by the commands. */
    private static final Logger LOG = Logger.getLogger("io.mappedpages");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error, and what the library logs.")
    private boolean debug;

    /** {@return whether somebody wants to see more than a person needs} */
    static boolean isDebug(CommandLine command) {
        return command.getCommandSpec().root().userObject() instanceof MappedPages top && top.debug;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    /** {@return the command line, ready to execute} */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new MappedPages());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setExecutionStrategy(parsed -> {
            LOG.setLevel(isDebug(line) ? Level.ALL : Level.OFF);
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler(new ErrorHandler());
        return line;
    }

    /**
     * Runs the command, and ends the process with its exit status.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        System.exit(commandLine().execute(args));
    }
}
