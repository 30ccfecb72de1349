package resgen.settings;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a record that is younger than files which are in use: where it is missing it is 0,
 * false or an empty list, and as long as it is that it is not written, so that hashes of before
 * stand. Only for components of type {@code double} and {@code boolean} and lists.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Later {}
