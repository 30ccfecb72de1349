package resgen.kernel.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Messages that no well-behaved client sends; the same ones for the same seed. */
final class Fuzz {
  private static final List<String> TYPES =
      List.of(
          "execute_request",
          "complete_request",
          "inspect_request",
          "is_complete_request",
          "history_request",
          "kernel_info_request",
          "comm_info_request",
          "comm_open",
          "comm_msg",
          "comm_close",
          "connect_request",
          "made_up_request",
          "input_reply",
          "");
  private static final List<String> FIELDS =
      List.of(
          "code",
          "cursor_pos",
          "silent",
          "store_history",
          "user_expressions",
          "allow_stdin",
          "stop_on_error",
          "hist_access_type",
          "n",
          "start",
          "stop",
          "pattern",
          "unique",
          "output",
          "comm_id",
          "target_name",
          "data",
          "detail_level");
  private static final List<String> CODES =
      List.of(
          "",
          "1",
          "int",
          "\"",
          "/*",
          "'",
          "}",
          "((((((((",
          "%",
          "%%",
          "%%time",
          "%nothing",
          "\0",
          "int x = ;",
          "class A {",
          "x.",
          "1 / 0",
          "\uD800",
          "import nowhere.*;",
          "@",
          "%load /",
          "String.",
          "new ",
          "for (;",
          "List.of(1, 2).str",
          "%maven",
          "?",
          "x?");
  private static final int GIANT = 3_000_000;

  private final Random random;
  private final KernelClient client;
  private List<byte[]> last;

  Fuzz(long seed, KernelClient client) {
    random = new Random(seed);
    this.client = client;
  }

  /** The frames of the next message, without routing. */
  List<byte[]> next() {
    if (last != null && random.nextInt(12) == 0) {
      return last; // replayed
    }
    List<byte[]> frames = client.encoded(type(), content());
    switch (random.nextInt(10)) {
      case 0 -> frames.set(1, text("0".repeat(64))); // forged
      case 1 -> frames.remove(random.nextInt(frames.size()));
      case 2 -> frames = garbage();
      case 3 -> resigned(frames, 2 + random.nextInt(4), bytes(random.nextInt(40)));
      case 4 -> resigned(frames, 2 + random.nextInt(4), text(element(3).toString()));
      case 5 -> resigned(frames, 5, text("{\"code\":\"1\",".repeat(1 + random.nextInt(3))));
      case 6 -> resigned(frames, 5, text("[".repeat(20_000)));
      case 7 -> frames.add(bytes(100)); // a buffer
      default -> { // signed well, with an odd content
      }
    }
    last = frames;
    return frames;
  }

  /** A cell of several MB of the given kind, 0 to 3. */
  JsonObject giant(int kind) {
    return KernelClient.code(
        switch (kind) {
          case 0 -> "/*" + "x".repeat(GIANT) + "*/ 5";
          case 1 -> "String s = \"" + "x".repeat(GIANT) + "\";";
          case 2 -> "(".repeat(GIANT);
          default -> "int x = 1" + " + 1".repeat(GIANT / 4) + ";";
        });
  }

  private void resigned(List<byte[]> frames, int at, byte[] part) {
    frames.set(at, part);
    frames.set(1, client.codec.sign(frames.subList(2, 6)));
  }

  private List<byte[]> garbage() {
    List<byte[]> out = new ArrayList<>();
    for (int i = random.nextInt(9); i >= 0; i--) {
      out.add(random.nextInt(3) == 0 ? text("<IDS|MSG>") : bytes(random.nextInt(80)));
    }
    return out;
  }

  private String type() {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  private JsonObject content() {
    JsonObject out = new JsonObject();
    for (int i = random.nextInt(5); i > 0; i--) {
      out.add(FIELDS.get(random.nextInt(FIELDS.size())), element(2));
    }
    if (random.nextInt(3) > 0) {
      out.addProperty("code", CODES.get(random.nextInt(CODES.size())));
    }
    return out;
  }

  private JsonElement element(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> JsonNull.INSTANCE;
      case 1 -> new JsonPrimitive(random.nextBoolean());
      case 2 -> new JsonPrimitive(random.nextInt());
      case 3 -> new JsonPrimitive(1e300 * random.nextGaussian());
      case 4 -> new JsonPrimitive(CODES.get(random.nextInt(CODES.size())));
      case 5 -> new JsonPrimitive("x".repeat(random.nextInt(2000)));
      case 6 -> {
        JsonArray array = new JsonArray();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(element(depth - 1));
        }
        yield array;
      }
      default -> {
        JsonObject object = new JsonObject();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.add(FIELDS.get(random.nextInt(FIELDS.size())), element(depth - 1));
        }
        yield object;
      }
    };
  }

  private byte[] bytes(int n) {
    byte[] out = new byte[n];
    random.nextBytes(out);
    return out;
  }

  private static byte[] text(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }
}
