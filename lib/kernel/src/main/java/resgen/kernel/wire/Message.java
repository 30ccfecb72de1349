package resgen.kernel.wire;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
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

  /** The field's text; {@code otherwise} when it is missing or no text. */
  String text(String field, String otherwise) {
    return content.get(field) instanceof JsonPrimitive p && p.isString()
        ? p.getAsString()
        : otherwise;
  }

  /** The field's truth value; {@code otherwise} when it is missing or none. */
  boolean flag(String field, boolean otherwise) {
    return content.get(field) instanceof JsonPrimitive p && p.isBoolean()
        ? p.getAsBoolean()
        : otherwise;
  }

  /** The field's number, cut to the range of int; {@code otherwise} when it is missing or none. */
  int number(String field, int otherwise) {
    return content.get(field) instanceof JsonPrimitive p && p.isNumber()
        ? (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, p.getAsDouble()))
        : otherwise;
  }
}
