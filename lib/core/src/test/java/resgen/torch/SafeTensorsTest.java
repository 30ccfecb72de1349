package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.torch.SafeTensors.Entry;

class SafeTensorsTest {

  @TempDir Path dir;

  private static Map<String, Entry> sample() {
    Map<String, Entry> tensors = new LinkedHashMap<>();
    tensors.put("z.weight", Entry.of(new float[] {1f, -2.5f, Float.NaN, 0f, 3f, 4f}, 2, 3));
    tensors.put("odd", Entry.of(new byte[] {1, -1, 7}, 3));
    tensors.put("signed", Entry.ofSigned(new byte[] {-128, 127}, 2, 1));
    tensors.put("steps", Entry.of(new long[] {Long.MIN_VALUE}));
    tensors.put("codes", Entry.of(new int[] {-1, 5}, 2, 1));
    tensors.put("empty", Entry.of(new float[0], 0, 4));
    return tensors;
  }

  @Test
  void everythingWrittenIsReadBack() {
    Path path = dir.resolve("a.safetensors");
    SafeTensors.write(path, sample(), Map.of("note", "Grüße \"q\"", "a", "1"));
    SafeTensors.File file = SafeTensors.read(path);
    assertEquals(Map.of("note", "Grüße \"q\"", "a", "1"), file.metadata());
    assertEquals(
        List.of("steps", "codes", "empty", "z.weight", "odd", "signed"),
        List.copyOf(file.tensors().keySet()));
    assertArrayEquals(
        new float[] {1f, -2.5f, Float.NaN, 0f, 3f, 4f}, file.tensor("z.weight").floats());
    assertArrayEquals(new long[] {2, 3}, file.tensor("z.weight").shape());
    assertArrayEquals(new byte[] {1, -1, 7}, file.tensor("odd").bytes());
    assertArrayEquals(new byte[] {-128, 127}, file.tensor("signed").signedBytes());
    assertThrows(IllegalArgumentException.class, () -> file.tensor("signed").bytes());
    assertThrows(IllegalArgumentException.class, () -> file.tensor("odd").signedBytes());
    assertArrayEquals(new long[] {Long.MIN_VALUE}, file.tensor("steps").longs());
    assertEquals(0, file.tensor("steps").shape().length);
    assertArrayEquals(new int[] {-1, 5}, file.tensor("codes").ints());
    assertEquals(0, file.tensor("empty").size());
    assertEquals(ByteOrder.LITTLE_ENDIAN, file.tensor("codes").data().order());
  }

  @Test
  void bytesAreTheSameWhateverTheOrderOfTheInput() throws IOException {
    Map<String, Entry> reversed = new LinkedHashMap<>();
    List<String> names = List.of("empty", "codes", "signed", "steps", "odd", "z.weight");
    names.forEach(n -> reversed.put(n, sample().get(n)));
    SafeTensors.write(dir.resolve("a"), sample(), Map.of("k", "v", "a", "b"));
    SafeTensors.write(dir.resolve("b"), reversed, new LinkedHashMap<>(Map.of("a", "b", "k", "v")));
    assertEquals(-1, Files.mismatch(dir.resolve("a"), dir.resolve("b")));
  }

  @Test
  void dataStartsAtAMultipleOfEight() throws IOException {
    for (int length = 1; length < 10; length++) {
      SafeTensors.write(
          dir.resolve("a"), Map.of("n".repeat(length), Entry.of(new byte[1], 1)), Map.of());
      assertEquals(1, Files.size(dir.resolve("a")) % 8);
    }
  }

  @Test
  void readsTheLayoutThatOtherToolsWrite() throws IOException {
    String header = "{\"x\":{\"shape\":[2],\"data_offsets\":[0,8],\"dtype\":\"F32\"}}   ";
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-0.25f);
    Path path = file(header, data.array());
    assertArrayEquals(new float[] {1.5f, -0.25f}, SafeTensors.read(path).tensor("x").floats());
  }

  @Test
  void tensorsSurviveReplacementOfTheFileAndChangesOfACopy() {
    Path path = dir.resolve("a");
    SafeTensors.write(path, Map.of("x", Entry.of(new float[] {1f}, 1)), Map.of());
    Entry first = SafeTensors.read(path).tensor("x");
    first.data().putFloat(0, 9f);
    SafeTensors.write(path, Map.of("x", Entry.of(new float[] {2f}, 1)), Map.of());
    assertEquals(1f, first.floats()[0]);
    assertEquals(2f, SafeTensors.read(path).tensor("x").floats()[0]);
  }

  @Test
  void tensorsAreTheSameWhateverTheWindowOfTheMapping() throws IOException {
    Path path = dir.resolve("a");
    SafeTensors.write(path, sample(), Map.of());
    SafeTensors.File whole = SafeTensors.read(path);
    try (FileChannel channel = FileChannel.open(path)) {
      SafeTensorsHeader header = SafeTensorsHeader.read(channel);
      for (long window : new long[] {1, 8, 17, 40}) {
        Map<String, Entry> mapped = SafeTensors.map(channel, header, window);
        assertEquals(whole.tensors().keySet(), mapped.keySet());
        mapped.forEach((name, entry) -> assertEquals(whole.tensor(name).data(), entry.data()));
      }
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNoTemporaryOne() throws IOException {
    Path path = dir.resolve("a");
    Files.writeString(path, "old");
    assertThrows(
        UncheckedIOException.class,
        () ->
            AtomicFile.write(
                path,
                channel -> {
                  channel.write(ByteBuffer.wrap(new byte[] {1}));
                  throw new IOException("disk full");
                }));
    assertEquals("old", Files.readString(path));
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(List.of(path), files.toList());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"x\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}}|BF16",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|negative",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],"
            + "\"data_offsets\":[0,8]}}|overflow",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}|range",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}|shape of 'x'",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|needs 12 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|begin <= end",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}|begin <= end",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}}|begin <= end",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}|truncated",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|trailing",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|hole",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|overlap",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|Duplicate",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}}|Duplicate",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"z\":1}}|unknown key 'z'",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2]}}|lacks",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}|JSON",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} {}|goes on",
        "{\"__metadata__\":{\"a\":1}}|__metadata__ 'a'",
        "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,8],\"shape\":[1,1,1,1,1,1,1,1,1,1,1,"
            + "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2]}}|more than 32",
        "[1]|start with",
        "{}|trailing",
      })
  void malformedHeadersAreRefused(String header, String reason) throws IOException {
    Path path = file(header, new byte[8]);
    String message =
        assertThrows(IllegalArgumentException.class, () -> SafeTensors.read(path)).getMessage();
    assertTrue(message.contains(reason), message);
    assertTrue(message.contains(path.toString()), message);
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "1", "19", "100000001", "9223372036854775807"})
  void lyingHeaderLengthsAreRefused(long length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(length).put("{}                ".getBytes(StandardCharsets.UTF_8));
    Path path = Files.write(dir.resolve("lie"), bytes.array());
    String message =
        assertThrows(IllegalArgumentException.class, () -> SafeTensors.read(path)).getMessage();
    assertTrue(message.contains("header length"), message);
  }

  @Test
  void headersThatAreNotUtf8AndShortFilesAreRefused() throws IOException {
    Path latin =
        Files.write(
            dir.resolve("latin"), new byte[] {4, 0, 0, 0, 0, 0, 0, 0, '{', (byte) 0xE4, ' ', '}'});
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> SafeTensors.read(latin))
            .getMessage()
            .contains("UTF-8"));
    for (int size = 0; size < 10; size++) {
      Path path = Files.write(dir.resolve("short"), new byte[size]);
      assertThrows(IllegalArgumentException.class, () -> SafeTensors.read(path));
    }
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path path = dir.resolve("a");
    SafeTensors.write(path, sample(), Map.of("k", "v"));
    byte[] whole = Files.readAllBytes(path);
    for (int size = 0; size < whole.length; size++) {
      Path cut = Files.write(dir.resolve("cut"), Arrays.copyOf(whole, size));
      assertThrows(IllegalArgumentException.class, () -> SafeTensors.read(cut), "size " + size);
    }
  }

  @Test
  void wrongUseNamesWhatIsThere() {
    assertThrows(IllegalArgumentException.class, () -> Entry.of(new float[3], 2, 2));
    assertThrows(IllegalArgumentException.class, () -> Entry.of(new float[2], 2).longs());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            SafeTensors.write(
                dir.resolve("m"), Map.of("__metadata__", Entry.of(new float[1], 1)), Map.of()));
    SafeTensors.File file = new SafeTensors.File(sample(), Map.of());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> file.tensor("w"))
            .getMessage()
            .contains("z.weight"));
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(text.length).put(text).put(data);
    return Files.write(dir.resolve("made.safetensors"), bytes.array());
  }

  /** All but those of the word that says that there are checksums. */
  @Test
  void everyBitOfTheFileCounts() throws IOException {
    Path path = dir.resolve("a");
    SafeTensors.write(path, sample(), Map.of("k", "v"));
    byte[] whole = Files.readAllBytes(path);
    int word = new String(whole, StandardCharsets.ISO_8859_1).indexOf("checksums");
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      if (bit / 8 >= word && bit / 8 < word + "checksums".length()) {
        continue;
      }
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Path other = Files.write(dir.resolve("b"), damaged);
      String at = "bit " + bit;
      assertThrows(IllegalArgumentException.class, () -> SafeTensors.read(other), at);
    }
  }

  @Test
  void aDamagedTensorIsNamed() throws IOException {
    Path path = dir.resolve("a");
    SafeTensors.write(path, sample(), Map.of());
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length - 1]++; // the last byte of the last tensor
    Path other = Files.write(dir.resolve("b"), bytes);
    String message =
        assertThrows(IllegalArgumentException.class, () -> SafeTensors.read(other)).getMessage();
    assertTrue(message.contains("tensor signed is damaged"), message);
    assertTrue(message.contains(other.toString()), message);
    assertEquals(Map.of(), SafeTensors.metadata(other));
  }

  @Test
  void checksumsAreTheWritersBusiness() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> SafeTensors.write(dir.resolve("a"), sample(), Map.of("checksums", "{}")));
    assertTrue(e.getMessage().contains("'checksums'"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "[]", "{\"header\":1}", "{\"tensors\":{\"x\":1}}", "{} {}", "{\"a\""})
  void checksumsOfAnotherFormAreRefused(String text) throws IOException {
    String escaped = text.replace("\"", "\\\"");
    String header =
        "{\"__metadata__\":{\"checksums\":\""
            + escaped
            + "\"},\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    Path path = file(header, new byte[8]);
    String message =
        assertThrows(IllegalArgumentException.class, () -> SafeTensors.read(path)).getMessage();
    assertTrue(message.contains("checksum"), message);
  }
}
