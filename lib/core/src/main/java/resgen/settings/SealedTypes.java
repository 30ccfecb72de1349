package resgen.settings;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Gives every sealed interface of the library, and those with {@link Variants}, a {@code "type"}
 * key that holds the simple name of the variant. Only permitted classes can be named, so text never
 * chooses a class to load. Types with {@code @JsonValue} are written as that value instead.
 * Components that are {@link Later} may be missing.
 */
final class SealedTypes extends JacksonAnnotationIntrospector {

  /** The values of {@link Later} components that are missing, by {@link #later}. */
  static final Map<String, Object> LATER =
      Map.of(
          later(double.class),
          0.0,
          later(int.class),
          0,
          later(boolean.class),
          false,
          later(List.class),
          List.of());

  private static final long serialVersionUID = 1L;

  private static final Map<Class<?>, List<Class<?>>> REGISTERED = new ConcurrentHashMap<>();

  private final boolean all;

  /**
   * What is special of our types.
   *
   * @param all whether to write {@link Later} components that are 0, false or empty
   */
  SealedTypes(boolean all) {
    this.all = all;
  }

  /** The name of the value of a missing component. */
  private static String later(Class<?> type) {
    return "later " + type.getSimpleName();
  }

  @Override
  public JsonInclude.Value findPropertyInclusion(Annotated annotated) {
    return !all && annotated.hasAnnotation(Later.class)
        ? JsonInclude.Value.construct(JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.ALWAYS)
        : super.findPropertyInclusion(annotated);
  }

  @Override
  public JacksonInject.Value findInjectableValue(AnnotatedMember member) {
    return member instanceof AnnotatedParameter && member.hasAnnotation(Later.class)
        ? JacksonInject.Value.construct(later(member.getRawType()), true)
        : super.findInjectableValue(member);
  }

  @Override
  public TypeResolverBuilder<?> findTypeResolver(
      MapperConfig<?> config, AnnotatedClass annotated, JavaType baseType) {
    if (family(annotated.getRawType()) == null) {
      return super.findTypeResolver(config, annotated, baseType);
    }
    return new StdTypeResolverBuilder()
        .init(JsonTypeInfo.Id.NAME, null)
        .inclusion(JsonTypeInfo.As.PROPERTY)
        .typeProperty("type");
  }

  @Override
  public List<NamedType> findSubtypes(Annotated annotated) {
    Class<?> family = family(annotated.getRawType());
    if (family == null) {
      return super.findSubtypes(annotated);
    }
    return variants(family).stream()
        .map(variant -> new NamedType(variant, variant.getSimpleName()))
        .toList();
  }

  @Override
  public String findTypeName(AnnotatedClass annotated) {
    Class<?> type = annotated.getRawType();
    return family(type) == null || type.isInterface()
        ? super.findTypeName(annotated)
        : type.getSimpleName();
  }

  /** What a family's "type" may name. */
  private static List<Class<?>> variants(Class<?> family) {
    List<Class<?>> variants = new ArrayList<>();
    if (family.isSealed()) {
      variants.addAll(List.of(family.getPermittedSubclasses()));
    } else {
      variants.addAll(List.of(family.getAnnotation(Variants.class).value()));
      variants.addAll(REGISTERED.getOrDefault(family, List.of()));
    }
    return variants;
  }

  /** Makes a variant from elsewhere known; mappers made from now on read and write it. */
  static void register(Class<?> family, Class<?> variant) {
    if (!family.isAnnotationPresent(Variants.class) || !variant.isRecord()) {
      throw new IllegalArgumentException(
          variant.getName() + " must be a record, and " + family.getName() + " open to variants");
    }
    for (Class<?> known : variants(family)) {
      if (known != variant && known.getSimpleName().equals(variant.getSimpleName())) {
        throw new IllegalArgumentException(
            family.getSimpleName() + " has a variant " + variant.getSimpleName() + " already");
      }
    }
    REGISTERED.merge(
        family,
        List.of(variant),
        (old, more) -> Stream.concat(old.stream(), more.stream()).distinct().toList());
  }

  /** The interface of ours that the type is or belongs to, or null. */
  private static Class<?> family(Class<?> type) {
    if (type.isEnum() || writesItself(type)) {
      return null;
    }
    if (type.isInterface()) {
      return isFamily(type) ? type : null;
    }
    for (Class<?> parent : type.getInterfaces()) {
      if (isFamily(parent) && !writesItself(parent)) {
        return parent;
      }
    }
    return null;
  }

  /** The platform has sealed interfaces too: String and Long belong to one. */
  private static boolean isFamily(Class<?> type) {
    return type.isAnnotationPresent(Variants.class)
        || type.isSealed() && !type.getName().startsWith("java.");
  }

  private static boolean writesItself(Class<?> type) {
    return Arrays.stream(type.getMethods()).anyMatch(m -> m.isAnnotationPresent(JsonValue.class));
  }
}
