package io.mappedpages.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;

import io.mappedpages.PageRange;
import io.mappedpages.PagerListener;
import io.mappedpages.RecoveryReport;
import io.mappedpages.VerifyReport;

/** A native image has reflection for what was named when it was built: what is read from properties, and what is written as JSON. */
class NativeHintsTest {

    private final RuntimeHints hints = hints();

    private static RuntimeHints hints() {
        TestGenerationContext generated = new TestGenerationContext();
        var built = new AnnotationConfigApplicationContext();
        TestPropertyValues.of("management.endpoints.web.exposure.include=*", "management.info.mappedpages.enabled=true")
                .applyTo(built);
        built.register(AllAutoConfigurations.CLASSES);
        new ApplicationContextAotGenerator().processAheadOfTime(built, generated);
        return generated.getRuntimeHints();
    }

    @Test
    void propertiesCanBeSet() {
        for (Class<?> type : List.of(MappedPagesProperties.class, PagerProperties.class, PagerOptions.class,
                ReopenOptions.class)) {
            assertThat(Stream.of(BeanUtils.getPropertyDescriptors(type)).map(property -> property.getWriteMethod())
                    .filter(setter -> setter != null && setter.getDeclaringClass() == type)).as(type.getName())
                    .isNotEmpty().allMatch(this::isInvocable);
        }
    }

    @Test
    void allThatIsAnsweredCanBeWritten() {
        Stream<Class<?>> own = Stream.of(MappedPagesEndpoint.class.getDeclaredClasses()).filter(Class::isRecord);
        Stream<Class<?>> told = Stream.of(PageRange.class, VerifyReport.class, VerifyReport.Finding.class,
                RecoveryReport.class, PagerListener.CheckpointEvent.class, PagerListener.GrowthEvent.class,
                MappedPagesInfoAutoConfiguration.PagerInfo.class);
        assertThat(Stream.concat(own, told).flatMap(type -> Stream.of(type.getRecordComponents()))
                .map(RecordComponent::getAccessor)).isNotEmpty().allMatch(this::isInvocable);
    }

    private boolean isInvocable(Method method) {
        return RuntimeHintsPredicates.reflection().onMethodInvocation(method).test(hints);
    }
}
