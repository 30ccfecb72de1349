package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.zeromq.ZMQ;

/** Answers requests on their own socket and tells everybody on iopub. */
final class Replies {
  private final Codec codec;
  private final Outbox iopub;

  Replies(Codec codec, Outbox iopub) {
    this.codec = codec;
    this.iopub = iopub;
  }

  /** Answers a request; to be called on the thread of its socket. */
  void reply(ZMQ.Socket socket, Message request, JsonObject content) {
    String type = request.type().replace("_request", "_reply");
    Outbox.send(
        socket, codec.encode(codec.message(request.identities(), type, request.header(), content)));
  }

  /** Tells all clients; from any thread. */
  void publish(String type, JsonObject parent, JsonObject content) {
    byte[] topic = ("kernel." + type).getBytes(StandardCharsets.US_ASCII);
    iopub.put(codec.encode(codec.message(List.of(topic), type, parent, content)));
  }

  /** Tells all clients whether the kernel is {@code starting}, {@code busy} or {@code idle}. */
  void state(JsonObject parent, String state) {
    JsonObject content = new JsonObject();
    content.addProperty("execution_state", state);
    publish("status", parent, content);
  }
}
