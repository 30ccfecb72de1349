package resgen.torch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Checksums of a safetensors file, as an entry of its metadata: JSON of {@code
 * {"header":"xxxxxxxx","tensors":{"name":"xxxxxxxx",…}}}, each of them the CRC-32C in eight
 * hexadecimal digits. A tensor's is over its bytes, the header's over the other metadata and over
 * the tensors' names, types and shapes.
 *
 * <p>They find damage, not forgery: whoever changes a tensor can change its checksum.
 */
final class TensorChecksums {

  static final String KEY = "checksums";

  private static final String HEADER = "header";
  private static final String TENSORS = "tensors";
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private TensorChecksums() {}

  /** The metadata with the checksums of these tensors. */
  static Map<String, String> added(
      Map<String, String> metadata, TreeMap<String, SafeTensors.Entry> tensors) {
    if (metadata.containsKey(KEY)) {
      throw new IllegalArgumentException(
          "metadata cannot be called '" + KEY + "': they are made when a file is written");
    }
    Map<String, String> whole = new TreeMap<>(metadata);
    whole.put(KEY, text(header(metadata, tensors), tensors));
    return whole;
  }

  private static String text(String header, Map<String, SafeTensors.Entry> tensors) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField(HEADER, header);
      json.writeObjectFieldStart(TENSORS);
      for (Map.Entry<String, SafeTensors.Entry> tensor : tensors.entrySet()) {
        json.writeStringField(tensor.getKey(), of(tensor.getValue().raw()));
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  /** The metadata without the checksums. */
  static Map<String, String> removed(Map<String, String> metadata) {
    Map<String, String> rest = new TreeMap<>(metadata);
    rest.remove(KEY);
    return rest;
  }

  /**
   * Compares the checksums, if there are any.
   *
   * @return the metadata without them
   * @throws IllegalArgumentException naming the tensor that differs, or has none
   */
  static Map<String, String> checked(
      Map<String, String> metadata, Map<String, SafeTensors.Entry> tensors) {
    Map<String, String> rest = removed(metadata);
    if (metadata.containsKey(KEY)) {
      Map<String, String> wanted = new TreeMap<>();
      String header = read(metadata.get(KEY), wanted);
      compare("the header", header, header(rest, new TreeMap<>(tensors)));
      tensors.forEach(
          (name, entry) -> compare("tensor " + name, wanted.get(name), of(entry.raw())));
    }
    return rest;
  }

  private static void compare(String what, String wanted, String found) {
    if (wanted == null) {
      throw new IllegalArgumentException(what + " has no checksum; others of the file have one");
    }
    if (!wanted.equals(found)) {
      throw new IllegalArgumentException(
          "%s is damaged: its checksum is %s, the one it was written with %s"
              .formatted(what, found, wanted));
    }
  }

  private static String read(String text, Map<String, String> tensors) {
    String header = null;
    try (JsonParser parser = JSON.createParser(text)) {
      require(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (HEADER.equals(key)) {
          require(value == JsonToken.VALUE_STRING);
          header = parser.getText();
        } else {
          require(TENSORS.equals(key) && value == JsonToken.START_OBJECT);
          while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            require(parser.nextToken() == JsonToken.VALUE_STRING);
            tensors.put(name, parser.getText());
          }
        }
      }
      require(parser.nextToken() == null);
    } catch (IOException e) {
      throw new IllegalArgumentException("its checksums are damaged: " + e.getMessage(), e);
    }
    return header;
  }

  private static void require(boolean fits) {
    if (!fits) {
      throw new IllegalArgumentException(
          "its checksums are damaged: they are not a header's and those of tensors");
    }
  }

  private static String header(
      Map<String, String> metadata, TreeMap<String, SafeTensors.Entry> tensors) {
    CRC32C crc = new CRC32C();
    new TreeMap<>(metadata).forEach((key, value) -> update(crc, key + "\0" + value + "\0"));
    tensors.forEach(
        (name, entry) ->
            update(crc, name + "\0" + entry.dtype() + Arrays.toString(entry.shape()) + "\0"));
    return hex(crc);
  }

  private static void update(CRC32C crc, String text) {
    crc.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String of(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return hex(crc);
  }

  private static String hex(CRC32C crc) {
    return "%08x".formatted(crc.getValue());
  }
}
