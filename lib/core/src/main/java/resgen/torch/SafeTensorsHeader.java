package resgen.torch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON header of a safetensors file: parsing with every check, and writing. */
record SafeTensorsHeader(long dataStart, List<Slot> slots, Map<String, String> metadata) {

  /** Where one tensor lies: bytes [begin, end) after the header. */
  record Slot(String name, SafeTensors.DType dtype, long[] shape, long begin, long end) {
    long size() {
      return end - begin;
    }
  }

  static final long MAX_HEADER = 100_000_000;
  static final int MAX_RANK = 32;
  static final String METADATA = "__metadata__";

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Bytes that a tensor needs, refusing negative dimensions and overflow. */
  static long byteSize(SafeTensors.DType dtype, long[] shape) {
    long size = dtype.width();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("negative dimension in shape " + Arrays.toString(shape));
      }
      try {
        size = Math.multiplyExact(size, dimension);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " overflows", e);
      }
    }
    return size;
  }

  /** Reads the header from the start of a file and checks it against the file's length. */
  static SafeTensorsHeader read(FileChannel channel) throws IOException {
    long fileSize = channel.size();
    if (fileSize < 10) {
      throw new IllegalArgumentException(
          "too short for safetensors: " + fileSize + " bytes, at least 10 needed");
    }
    long length = readFully(channel, 0, 8).getLong();
    if (length < 2 || length > MAX_HEADER || length > fileSize - 8) {
      throw new IllegalArgumentException(
          "header length "
              + Long.toUnsignedString(length)
              + " is not within 2.."
              + Math.min(MAX_HEADER, fileSize - 8));
    }
    String text = decode(readFully(channel, 8, (int) length));
    List<Slot> slots = new ArrayList<>();
    Map<String, String> metadata = new TreeMap<>();
    try (JsonParser parser = JSON.createParser(text)) {
      parse(parser, slots, metadata);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    slots.sort(Comparator.comparingLong(Slot::begin).thenComparingLong(Slot::end));
    checkLayout(slots, fileSize - 8 - length);
    return new SafeTensorsHeader(8 + length, slots, metadata);
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IllegalArgumentException("file ended inside its header");
      }
    }
    return buffer.flip();
  }

  private static String decode(ByteBuffer bytes) {
    if (bytes.get(0) != '{') {
      throw new IllegalArgumentException("header does not start with '{'");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("header is not UTF-8", e);
    }
  }

  private static void parse(JsonParser parser, List<Slot> slots, Map<String, String> metadata)
      throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "header");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      expect(parser.nextToken(), JsonToken.START_OBJECT, "value of '" + name + "'");
      if (name.equals(METADATA)) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA + " '" + key + "'");
          metadata.put(key, parser.getText());
        }
      } else {
        slots.add(parseSlot(parser, name));
      }
    }
    if (parser.nextToken() != null) {
      throw new IllegalArgumentException("header goes on after its JSON object");
    }
  }

  private static Slot parseSlot(JsonParser parser, String name) throws IOException {
    SafeTensors.DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = parseType(parser, name);
        case "shape" -> shape = parseLongs(parser, "shape of '" + name + "'");
        case "data_offsets" -> offsets = parseLongs(parser, "data_offsets of '" + name + "'");
        default ->
            throw new IllegalArgumentException(
                "tensor '"
                    + name
                    + "' has unknown key '"
                    + key
                    + "'; allowed: dtype, shape, data_offsets");
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' lacks one of dtype, shape, data_offsets");
    }
    if (offsets.length != 2 || offsets[0] < 0 || offsets[0] > offsets[1]) {
      throw new IllegalArgumentException(
          "data_offsets of '"
              + name
              + "' are "
              + Arrays.toString(offsets)
              + ", expected two numbers 0 <= begin <= end");
    }
    return new Slot(name, dtype, shape, offsets[0], offsets[1]);
  }

  private static SafeTensors.DType parseType(JsonParser parser, String name) throws IOException {
    expect(parser.currentToken(), JsonToken.VALUE_STRING, "dtype of '" + name + "'");
    for (SafeTensors.DType dtype : SafeTensors.DType.values()) {
      if (dtype.name().equals(parser.getText())) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(
        "tensor '"
            + name
            + "' has dtype "
            + parser.getText()
            + "; readable are "
            + Arrays.toString(SafeTensors.DType.values())
            + " (convert the file first)");
  }

  private static long[] parseLongs(JsonParser parser, String what) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, what);
    List<Long> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      values.add(parser.getLongValue());
      if (values.size() > MAX_RANK) {
        throw new IllegalArgumentException(what + " has more than " + MAX_RANK + " numbers");
      }
    }
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private static void expect(JsonToken actual, JsonToken wanted, String what) {
    if (actual != wanted) {
      throw new IllegalArgumentException(what + " is " + actual + ", expected " + wanted);
    }
  }

  /** Sorted by offset, the tensors must tile the data: no overlap, no hole, nothing left over. */
  private static void checkLayout(List<Slot> slots, long dataSize) {
    long position = 0;
    for (Slot slot : slots) {
      if (slot.begin() != position) {
        throw new IllegalArgumentException(
            "tensor '"
                + slot.name()
                + "' begins at "
                + slot.begin()
                + ", expected "
                + position
                + (slot.begin() < position ? " (overlap)" : " (hole)"));
      }
      long needed = byteSize(slot.dtype(), slot.shape());
      if (needed != slot.size()) {
        throw new IllegalArgumentException(
            "tensor '"
                + slot.name()
                + "' of "
                + slot.dtype()
                + Arrays.toString(slot.shape())
                + " needs "
                + needed
                + " bytes, its offsets span "
                + slot.size());
      }
      if (slot.size() > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "tensor '" + slot.name() + "' has " + slot.size() + " bytes, more than 2 GiB");
      }
      position = slot.end();
    }
    if (position != dataSize) {
      throw new IllegalArgumentException(
          "the tensors end at "
              + position
              + ", but the file holds "
              + dataSize
              + " bytes of data ("
              + (position > dataSize ? "truncated" : "trailing bytes")
              + ")");
    }
  }

  /** The header's bytes, padded with spaces to a multiple of eight. */
  static byte[] toBytes(
      List<Map.Entry<String, SafeTensors.Entry>> ordered, Map<String, String> metadata) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> pair : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(pair.getKey(), pair.getValue());
        }
        json.writeEndObject();
      }
      long position = 0;
      for (Map.Entry<String, SafeTensors.Entry> tensor : ordered) {
        if (tensor.getKey().equals(METADATA)) {
          throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
        }
        position = writeSlot(json, tensor.getKey(), tensor.getValue(), position);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int padding = -out.size() & 7;
    out.writeBytes(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static long writeSlot(
      JsonGenerator json, String name, SafeTensors.Entry entry, long begin) throws IOException {
    long[] shape = entry.shape();
    long end = begin + byteSize(entry.dtype(), shape);
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", entry.dtype().name());
    json.writeFieldName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {begin, end}, 0, 2);
    json.writeEndObject();
    return end;
  }
}
