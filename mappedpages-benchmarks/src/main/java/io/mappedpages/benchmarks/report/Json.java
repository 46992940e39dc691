package io.mappedpages.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what JMH writes: objects as maps, arrays as lists, numbers as doubles. */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** {@return the value that a text stands for} */
    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.skip();
        if (json.at != text.length()) {
            throw json.unexpected();
        }
        return value;
    }

    private Object value() {
        skip();
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        while (!ends('}')) {
            String name = string();
            expect(':');
            members.put(name, value());
            more('}');
        }
        return members;
    }

    private List<Object> array() {
        List<Object> items = new ArrayList<>();
        at++;
        while (!ends(']')) {
            items.add(value());
            more(']');
        }
        return items;
    }

    private String string() {
        expect('"');
        StringBuilder chars = new StringBuilder();
        while (text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++; // what is escaped is not looked at by anybody
            }
            chars.append(text.charAt(at++));
        }
        at++;
        return chars.toString();
    }

    private Object word() {
        int from = at;
        while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0 && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "true", "false", "null" -> word;
            default -> Double.valueOf(word);
        };
    }

    private void skip() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean ends(char end) {
        skip();
        if (text.charAt(at) == end) {
            at++;
            return true;
        }
        return false;
    }

    /** A comma, or the end, which is left for {@link #ends}. */
    private void more(char end) {
        skip();
        if (text.charAt(at) != end) {
            expect(',');
            skip();
        }
    }

    private void expect(char expected) {
        skip();
        if (text.charAt(at) != expected) {
            throw unexpected();
        }
        at++;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException("unexpected character at " + at);
    }
}
