package resgen.settings;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.InjectableValues;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The one JSON mapper of the library. Settings are records: what is written is exactly their
 * components, in their order, and what is read must name every component and nothing else, those
 * aside that came {@link Later}. A sealed interface is written with a {@code "type"} key that holds
 * the simple name of the variant.
 */
public final class Json {

  private static volatile ObjectMapper mapper = mapper();
  private static volatile ObjectMapper whole = whole();

  private Json() {}

  /**
   * Makes a variant of an open interface known, under its simple name.
   *
   * @param family an interface with {@link Variants}
   * @param variant a record
   * @throws IllegalArgumentException if another variant has its name
   */
  public static <T> void register(Class<T> family, Class<? extends T> variant) {
    SealedTypes.register(family, variant);
    mapper = mapper(); // mappers keep what they know of a type
    whole = whole();
  }

  private static ObjectMapper mapper() {
    return JsonMapper.builder()
        .annotationIntrospector(new SealedTypes(false))
        .visibility(PropertyAccessor.ALL, Visibility.NONE)
        .visibility(PropertyAccessor.FIELD, Visibility.ANY)
        .visibility(PropertyAccessor.CREATOR, Visibility.ANY)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .injectableValues(new InjectableValues.Std(SealedTypes.LATER))
        .build();
  }

  private static ObjectMapper whole() {
    return mapper().setAnnotationIntrospector(new SealedTypes(true));
  }

  /** Indented text, components in the order of the record, lines ended by a line feed. */
  public static String write(Object value) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(indenter);
    try {
      return mapper.writer(printer).writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(describe(value) + " cannot be JSON", e);
    }
  }

  /** Writes {@link #write(Object)} to a file, atomically. */
  public static void write(Path path, Object value) {
    AtomicFile.write(path, write(value));
  }

  /** The same on one line, for logs and metadata. */
  public static String line(Object value) {
    return line(mapper, value);
  }

  /** As {@link #line(Object)}, with the components that came {@link Later}, whatever they are. */
  static String wholeLine(Object value) {
    return line(whole, value);
  }

  private static String line(ObjectMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(describe(value) + " cannot be JSON", e);
    }
  }

  /**
   * Reads text as {@code type}.
   *
   * @throws IllegalArgumentException naming the key and the allowed keys, when a key is unknown,
   *     missing or twice there, or a value is refused
   */
  public static <T> T read(String text, Class<T> type) {
    try {
      return Objects.requireNonNull(mapper.readValue(text, type), "null where a value is needed");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(type.getSimpleName() + ": " + explain(text, e), e);
    } catch (NullPointerException e) {
      throw new IllegalArgumentException(type.getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  /** Reads a UTF-8 file as {@code type}; errors also name the file. */
  public static <T> T read(Path path, Class<T> type) {
    try {
      return read(Files.readString(path), type);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * First 12 hexadecimal digits of the SHA-256 of the canonical form: one line, all keys sorted. It
   * depends on keys and values only, not on the order of components.
   */
  public static String hash(Object value) {
    try {
      Object tree = mapper.readValue(line(value), Object.class);
      byte[] canonical = mapper.writeValueAsBytes(sorted(tree));
      MessageDigest digest = Hashes.digest();
      digest.update(canonical);
      return Hashes.shortHex(digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object sorted(Object node) {
    if (node instanceof java.util.Map<?, ?> map) {
      TreeMap<String, Object> result = new TreeMap<>();
      map.forEach((key, value) -> result.put((String) key, sorted(value)));
      return result;
    }
    if (node instanceof List<?> list) {
      List<Object> result = new ArrayList<>();
      list.forEach(value -> result.add(sorted(value)));
      return result;
    }
    return node;
  }

  private static String describe(Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }

  private static String explain(String text, JsonProcessingException error) {
    if (error instanceof UnrecognizedPropertyException unknown) {
      return "unknown key '"
          + path(unknown)
          + "'; allowed keys: "
          + allowed(unknown.getReferringClass(), unknown.getKnownPropertyIds());
    }
    String reason = error.getOriginalMessage();
    if (error instanceof MismatchedInputException wrong
        && reason.startsWith("Missing ")
        && reason.contains("creator property")) {
      return missing(text, wrong);
    }
    if (error instanceof JsonMappingException mapping) {
      Throwable cause = mapping.getCause();
      String what =
          cause instanceof JsonProcessingException || cause == null ? reason : cause.getMessage();
      return mapping.getPath().isEmpty() ? what : "key '" + path(mapping) + "': " + what;
    }
    return reason + " at line " + error.getLocation().getLineNr();
  }

  /** A mistyped key is both missing and unknown: names both. */
  private static String missing(String text, MismatchedInputException error) {
    List<JsonMappingException.Reference> steps = error.getPath();
    JsonMappingException.Reference last = steps.get(steps.size() - 1);
    Class<?> owner = (Class<?>) last.getFrom();
    JsonNode node = tree(text);
    for (JsonMappingException.Reference step : steps.subList(0, steps.size() - 1)) {
      node =
          step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
    }
    List<String> unknown = new ArrayList<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.remove("type");
    unknown.removeAll(components(owner));
    return "missing key '"
        + path(error)
        + "'; needed keys: "
        + String.join(", ", components(owner))
        + (unknown.isEmpty() ? "" : "; unknown there: " + String.join(", ", unknown));
  }

  private static JsonNode tree(String text) {
    try {
      return mapper.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  private static String path(JsonMappingException error) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : error.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.length() == 0 ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static String allowed(Class<?> owner, Collection<Object> known) {
    return owner.isRecord()
        ? String.join(", ", components(owner))
        : String.join(", ", known.stream().map(String::valueOf).sorted().toList());
  }

  private static List<String> components(Class<?> owner) {
    return owner.isRecord()
        ? Arrays.stream(owner.getRecordComponents()).map(RecordComponent::getName).toList()
        : List.of();
  }
}
