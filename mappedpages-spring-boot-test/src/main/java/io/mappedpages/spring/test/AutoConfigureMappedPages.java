package io.mappedpages.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

import io.mappedpages.FaultInjection;
import io.mappedpages.Pager;
import io.mappedpages.PagerState;
import io.mappedpages.spring.MappedPagesAutoConfiguration;
import io.mappedpages.spring.PagerBuilderConfigurer;

/**
 * Put on a test class, gives its application context page files of its own, and faults on demand.
 *
 * {@snippet lang = java :
 * @SpringBootTest
 * @AutoConfigureMappedPages
 * class NotesTest {
 *
 *     @Autowired
 *     Notes notes;
 *
 *     @Autowired
 *     FaultInjection faults;
 *
 *     @Test
 *     void sayWhenTheyCannotBeKept() {
 *         faults.failNext(FaultInjection.Call.SYNC);
 *         assertThatThrownBy(() -> notes.add("a note")).isInstanceOf(PagerUnavailableException.class);
 *     }
 * }
 * }
 *
 * <h2>Files</h2>
 * Each context has a temporary directory of its own. It takes the place of every path that the properties name, wherever they
 * are set: of {@code mappedpages.path}, and of {@code mappedpages.instances.NAME.path}. If they name none at all there is
 * nevertheless a pager {@code pager}. All other properties count, but {@code create}: new files are created, also where an
 * application opens only what is there. The directory is deleted with the context, after its pagers are closed.
 *
 * <p>
 * A pager that only reads ({@code read-only}) has the file of the one that writes to the same path. If there is none in the
 * properties, the start fails and says so, unless the test has made the file before.
 *
 * <p>
 * The test framework keeps contexts for other test classes of the same configuration. Such classes share a context, and with it
 * the files and what is in them; {@link org.springframework.test.annotation.DirtiesContext} ends that. Classes of different
 * configuration never share a file.
 *
 * <p>
 * A {@link Pager} that an application makes itself has the path that it is given there, which may be the value of
 * {@code mappedpages.path}.
 *
 * <h2>Faults</h2>
 * A bean of type {@link FaultInjection} is given to every pager of the properties, and to those that an application makes with
 * {@link PagerBuilderConfigurer}. After each test method, and again after the last of the class, faults that have not struck are
 * taken back, and pagers that are {@link PagerState#UNAVAILABLE} are reopened, with a line in the log for each. One that cannot be
 * reopened, because a test deleted its file, say, is left as it is, with a warning. The test's own methods for the time after
 * each test still find what it left. One {@code FaultInjection} serves all who use the context: tests with faults cannot run
 * at the same time as others on it.
 *
 * <h2>Where</h2>
 * With {@code @SpringBootTest}, with the tests of a slice, and with a plain {@code @ContextConfiguration}: it brings the starter's
 * auto-configuration of pagers, though not that of meters, health and the endpoint. A {@code @Nested} class has it from the class around it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration(MappedPagesAutoConfiguration.class)
public @interface AutoConfigureMappedPages {
}
