package io.mappedpages.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of an application that was started three times: killed the first time, asked to end the second time, and asked how it
 * is the third time. Starting it takes longer than all else, so that is done once, and the tests look at what there was to see.
 *
 * @param directory where it ran
 * @param afterKill the note of before the kill, as the second start had it
 * @param ended what the second process ended with
 * @param log all that the second one said
 * @param afterEnd both notes, as the third start had them
 * @param lastLog what the third one had said when it had started
 * @param answers what it answered, by path
 */
record Life(Path directory, String afterKill, int ended, String log, List<String> afterEnd, String lastLog,
        Map<String, String> answers) {

    static final String BEFORE_KILL = "kept before the kill";
    static final String BEFORE_END = "kept before the end: ÄÖÜ ✓";
    private static final int ENDED_BY_TERM = 128 + 15;

    /** Starts an application three times in a directory of its own. */
    static Life of(Path directory, List<String> command, List<String> questions)
            throws IOException, InterruptedException {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        String first;
        try (NotesProcess notes = NotesProcess.start(directory, logs.resolve("1.log"), command)) {
            first = notes.keep(BEFORE_KILL);
            notes.kill();
        }
        String second;
        String afterKill;
        int ended;
        String log;
        try (NotesProcess notes = NotesProcess.start(directory, logs.resolve("2.log"), command)) {
            afterKill = notes.note(first);
            second = notes.keep(BEFORE_END);
            ended = notes.stop();
            log = notes.log();
        }
        try (NotesProcess notes = NotesProcess.start(directory, logs.resolve("3.log"), command)) {
            String lastLog = notes.log();
            List<String> afterEnd = List.of(notes.note(first), notes.note(second));
            Map<String, String> answers = new LinkedHashMap<>();
            for (String question : questions) {
                var answer = notes.get(question);
                answers.put(question, answer.statusCode() + " " + answer.body());
            }
            return new Life(directory, afterKill, ended, log, afterEnd, lastLog, answers);
        }
    }

    /** Whether the second process ended as one does that heeds SIGTERM. */
    boolean endedWhenAsked() {
        return ended == ENDED_BY_TERM;
    }
}
