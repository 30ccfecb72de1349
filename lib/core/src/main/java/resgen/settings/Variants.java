package resgen.settings;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The variants of an interface of settings that is open to others: in JSON the key {@code "type"}
 * holds a variant's simple name. Variants from elsewhere are made known by {@link Json#register}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Variants {

  /** The variants that come with the interface, records. */
  Class<?>[] value();
}
