package resgen.torch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import resgen.settings.Json;

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

  /** What the entry holds. */
  private record Sums(String header, Map<String, String> tensors) {}

  private TensorChecksums() {}

  /** The metadata with the checksums of these tensors. */
  static Map<String, String> added(
      Map<String, String> metadata, TreeMap<String, SafeTensors.Entry> tensors) {
    if (metadata.containsKey(KEY)) {
      throw new IllegalArgumentException(
          "metadata cannot be called '" + KEY + "': they are made when a file is written");
    }
    Map<String, String> whole = new TreeMap<>(metadata);
    Map<String, String> sums = new TreeMap<>();
    tensors.forEach((name, entry) -> sums.put(name, of(entry.raw())));
    whole.put(KEY, Json.line(new Sums(header(metadata, tensors), sums)));
    return whole;
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
      Sums wanted = read(metadata.get(KEY));
      compare("the header", wanted.header(), header(rest, new TreeMap<>(tensors)));
      tensors.forEach(
          (name, entry) -> compare("tensor " + name, wanted.tensors().get(name), of(entry.raw())));
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

  private static Sums read(String text) {
    try {
      Sums sums = Json.read(text, Sums.class);
      Objects.requireNonNull(sums.tensors(), "no tensors");
      return sums;
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new IllegalArgumentException("its checksums are damaged: " + e.getMessage(), e);
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
