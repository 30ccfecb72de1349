package resgen.kernel.wire;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Messages to frames and back, signed. */
final class Codec {
  /** A message that is malformed or not signed with the key; it is dropped. */
  static final class BadMessage extends Exception {
    private static final long serialVersionUID = 1L;

    BadMessage(String why) {
      super(why);
    }
  }

  static final String PROTOCOL = "5.3";
  private static final int REMEMBERED = 1 << 16;
  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
  private static final Gson GSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .serializeNulls()
          .serializeSpecialFloatingPointValues()
          .create();

  private final String session = UUID.randomUUID().toString();
  private final SecretKeySpec key;
  private final Map<String, Boolean> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final String algorithm;

  Codec(String scheme, String key) {
    algorithm = scheme.replace("hmac-", "Hmac").replace("-", "");
    this.key =
        key.isEmpty() ? null : new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm);
  }

  byte[] sign(List<byte[]> parts) {
    if (key == null) {
      return new byte[0];
    }
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(key);
      parts.forEach(mac::update);
      return HexFormat.of().formatHex(mac.doFinal()).getBytes(StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign messages with " + algorithm, e);
    }
  }

  Message decode(List<byte[]> frames) throws BadMessage {
    int at = 0;
    while (at < frames.size() && !Arrays.equals(frames.get(at), DELIMITER)) {
      at++;
    }
    if (frames.size() < at + 6) {
      throw new BadMessage("too few frames");
    }
    List<byte[]> parts = frames.subList(at + 2, at + 6);
    if (!MessageDigest.isEqual(frames.get(at + 1), sign(parts))) {
      throw new BadMessage("wrong signature");
    }
    if (key != null && !isNew(new String(frames.get(at + 1), StandardCharsets.US_ASCII))) {
      throw new BadMessage("sent again");
    }
    try {
      JsonObject header = object(parts.get(0));
      if (!header.has("msg_type") || !header.get("msg_type").isJsonPrimitive()) {
        throw new BadMessage("no msg_type");
      }
      return new Message(
          List.copyOf(frames.subList(0, at)),
          header,
          object(parts.get(1)),
          object(parts.get(2)),
          object(parts.get(3)));
    } catch (JsonParseException | IllegalStateException | StackOverflowError e) {
      throw new BadMessage("not JSON: " + e.getMessage());
    }
  }

  /** Whether this signature was not seen among the last ones; every message has its own id. */
  private boolean isNew(String signature) {
    synchronized (seen) {
      return seen.put(signature, true) == null;
    }
  }

  private static JsonObject object(byte[] bytes) throws BadMessage {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return JsonParser.parseString(text).getAsJsonObject();
    } catch (CharacterCodingException e) {
      throw new BadMessage("not UTF-8");
    }
  }

  List<byte[]> encode(Message message) {
    List<byte[]> parts = new ArrayList<>();
    for (JsonObject o :
        List.of(message.header(), message.parent(), message.metadata(), message.content())) {
      parts.add(GSON.toJson(o).getBytes(StandardCharsets.UTF_8));
    }
    List<byte[]> frames = new ArrayList<>(message.identities());
    frames.add(DELIMITER);
    frames.add(sign(parts));
    frames.addAll(parts);
    return frames;
  }

  /** A message of ours that answers or belongs to a parent. */
  Message message(List<byte[]> identities, String type, JsonObject parent, JsonObject content) {
    JsonObject header = new JsonObject();
    header.addProperty("msg_id", UUID.randomUUID().toString());
    header.addProperty("msg_type", type);
    header.addProperty("username", "kernel");
    header.addProperty("session", session);
    header.addProperty(
        "date", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(OffsetDateTime.now(ZoneOffset.UTC)));
    header.addProperty("version", PROTOCOL);
    return new Message(identities, header, parent, new JsonObject(), content);
  }
}
