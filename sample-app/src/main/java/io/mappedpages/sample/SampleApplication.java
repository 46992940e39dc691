package io.mappedpages.sample;

import java.io.IOException;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

import io.mappedpages.sample.demo.Supervisor;

/**
 * The service. Its pager comes from the starter, described in {@code application.yml}. In the profile {@code demo} it runs
 * in a process of its own, which may be killed.
 */
@SpringBootApplication
public class SampleApplication {

    /**
     * Starts the service.
     *
     * @param args Spring Boot's, such as {@code --server.port=9090}
     * @throws IOException if no process can be started
     * @throws InterruptedException if the thread was interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (Supervisor.isWanted(args)) {
            System.exit(new Supervisor(SampleApplication.class, args).run());
        }
        Supervisor.endWithSupervisor();
        SpringApplication.run(SampleApplication.class, args);
    }
}
