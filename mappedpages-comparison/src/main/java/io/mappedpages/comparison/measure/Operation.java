package io.mappedpages.comparison.measure;

import io.mappedpages.comparison.store.Contents;

/** What a caller does again and again. */
@FunctionalInterface
interface Operation {

    /** Of a hundred mixed calls. */
    int COMMITS_PER_HUNDRED = 5;

    /** Does it once. {@return whether that was a commit} */
    boolean call(Caller caller) throws Exception;

    /** {@return a read of eight bytes of one of so many values} */
    static Operation word(int count) {
        return caller -> {
            int at = caller.random.nextInt(Contents.SIZE / Long.BYTES) * Long.BYTES;
            caller.use(caller.session.word(caller.random.nextInt(count), at));
            return false;
        };
    }

    /** {@return a read of one of so many values} */
    static Operation copy(int count) {
        return caller -> {
            caller.session.copy(caller.random.nextInt(count), caller.value);
            caller.use(caller.value[0]);
            return false;
        };
    }

    /** {@return an update of one of so many values} */
    static Operation update(int count) {
        return caller -> {
            int key = caller.random.nextInt(count);
            Contents.stamp(caller.value, key, caller.random.nextLong());
            caller.session.update(key, caller.value);
            return true;
        };
    }

    /** {@return mostly reads of one of so many values, sometimes an update of one} */
    static Operation mixed(int count) {
        Operation copy = copy(count);
        Operation update = update(count);
        return caller -> (caller.random.nextInt(100) < COMMITS_PER_HUNDRED ? update : copy).call(caller);
    }

    /** {@return an insert} */
    static Operation insert() {
        return caller -> {
            Contents.stamp(caller.value, 0, caller.random.nextLong());
            caller.session.insert(caller.value);
            return true;
        };
    }
}
