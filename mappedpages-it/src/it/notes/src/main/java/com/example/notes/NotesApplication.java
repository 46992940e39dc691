package com.example.notes;

import java.nio.charset.StandardCharsets;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.mappedpages.MappedPage;
import io.mappedpages.Pager;
import io.mappedpages.ProtectedPageId;

/** Keeps notes, each in a page of its own. */
@SpringBootApplication
@RestController
public class NotesApplication {

    private final Pager pager;

    public NotesApplication(Pager pager) {
        this.pager = pager;
    }

    public static void main(String[] args) {
        SpringApplication.run(NotesApplication.class, args);
    }

    @PostMapping("/notes")
    public long keep(@RequestBody String note) {
        byte[] bytes = note.getBytes(StandardCharsets.UTF_8);
        return pager.transact(change -> {
            ProtectedPageId page = change.allocProtected();
            change.write(page).byteBuffer().putInt(0, bytes.length).put(Integer.BYTES, bytes);
            return page.number();
        });
    }

    @GetMapping("/notes/{number}")
    public String note(@PathVariable long number) {
        try (MappedPage page = pager.read(new ProtectedPageId(number))) {
            byte[] bytes = new byte[page.byteBuffer().getInt(0)];
            page.byteBuffer().get(Integer.BYTES, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
