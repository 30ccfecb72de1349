package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.util.List;

/**
 * A message of Jupyter's protocol 5.3.
 *
 * @param identities ZeroMQ routing, or the topic on the iopub socket
 */
record Message(
    List<byte[]> identities,
    JsonObject header,
    JsonObject parent,
    JsonObject metadata,
    JsonObject content) {

  String type() {
    return header.get("msg_type").getAsString();
  }

  String text(String field, String otherwise) {
    return content.has(field) && content.get(field).isJsonPrimitive()
        ? content.get(field).getAsString()
        : otherwise;
  }

  boolean flag(String field, boolean otherwise) {
    return content.has(field) && content.get(field).isJsonPrimitive()
        ? content.get(field).getAsBoolean()
        : otherwise;
  }

  int number(String field, int otherwise) {
    return content.has(field) && content.get(field).isJsonPrimitive()
        ? content.get(field).getAsInt()
        : otherwise;
  }
}
