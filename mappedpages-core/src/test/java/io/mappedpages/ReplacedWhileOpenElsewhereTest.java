package io.mappedpages;

import io.mappedpages.internal.storage.FileStorageProvider;
import io.mappedpages.internal.storage.StorageProvider;

/** Files that have another way to tell where they are. */
class ReplacedWhileOpenElsewhereTest extends ReplacedWhileOpenContract {

    @Override
    StorageProvider provider() {
        return KeyedStorageProvider.of(new FileStorageProvider());
    }
}
