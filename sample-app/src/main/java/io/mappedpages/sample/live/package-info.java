/**
 * What the page shows while it happens: one stream of server-sent events for each browser, and the bytes of the file.
 *
 * <p>
 * {@link io.mappedpages.sample.live.Activity} counts what the pager tells, and no more. Each browser has a
 * {@link io.mappedpages.sample.live.Watcher} on a thread of its own that looks, a few times a second, at what the counts
 * and the map are now. So there are no queues: whoever is slow gets fewer and later looks, and holds up nobody.
 */
@NullMarked
package io.mappedpages.sample.live;

import org.jspecify.annotations.NullMarked;
