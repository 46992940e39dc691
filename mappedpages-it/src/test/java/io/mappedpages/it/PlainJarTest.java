package io.mappedpages.it;

import java.util.List;

/** {@code java -jar}. */
class PlainJarTest extends ActuatorContract {

    @Override
    List<String> command() {
        return List.of("-jar", Notes.jarWithActuator().toString());
    }
}
