package io.mappedpages.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service. Its pager comes from the starter, described in {@code application.yml}. */
@SpringBootApplication
public class SampleApplication {

    /**
     * Starts the service.
     *
     * @param args Spring Boot's, such as {@code --server.port=9090}
     */
    public static void main(String[] args) {
        SpringApplication.run(SampleApplication.class, args);
    }
}
