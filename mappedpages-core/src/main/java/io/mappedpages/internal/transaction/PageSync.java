package io.mappedpages.internal.transaction;

import java.io.IOException;

import io.mappedpages.internal.commit.Batch;
import io.mappedpages.internal.format.Geometry;
import io.mappedpages.internal.storage.ByteRange;

/** Makes durable what was stored into a regular page, which is borrowed: together with what others commit. */
public record PageSync(OpenFile file, long page) implements Change {

    @Override
    public boolean plan() throws IOException {
        return true;
    }

    @Override
    public void apply(Batch batch) {
        Geometry geometry = file.geometry();
        batch.cover(new ByteRange(geometry.offsetOf(page), geometry.pageSize()));
    }
}
