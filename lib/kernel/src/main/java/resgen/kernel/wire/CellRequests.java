package resgen.kernel.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.zeromq.ZMQ;
import resgen.kernel.CellResult;
import resgen.kernel.JavaKernel;
import resgen.kernel.output.Sink;

/** Requests to run a cell. */
final class CellRequests {
  private final Replies replies;
  private final StdinPort stdin;

  CellRequests(Replies replies, StdinPort stdin) {
    this.replies = replies;
    this.stdin = stdin;
  }

  /**
   * Runs a cell and publishes what it puts out.
   *
   * @return the reply's content
   */
  JsonObject run(JavaKernel kernel, Message request) {
    String code = request.text("code", null);
    if (code == null) {
      throw new IllegalArgumentException("execute_request needs code, a string");
    }
    boolean silent = request.flag("silent", false);
    boolean stored = request.flag("store_history", true);
    if (!silent) {
      JsonObject input = new JsonObject();
      input.addProperty("code", code);
      input.addProperty("execution_count", kernel.count() + 1);
      replies.publish("execute_input", request.header(), input);
    }
    Sink sink = sink(request, silent);
    CellResult result = kernel.execute(code, sink, silent, stored);
    JsonObject content;
    if (result.ok()) {
      publishResult(request, result, silent);
      content = Requests.ok();
      content.add("user_expressions", expressions(kernel, request, sink));
      content.add("payload", payload(kernel));
    } else {
      content = Requests.error(result.error());
      if (!silent) {
        JsonObject error = content.deepCopy();
        error.remove("status");
        replies.publish("error", request.header(), error);
      }
    }
    content.addProperty("execution_count", result.count());
    return content;
  }

  private Sink sink(Message request, boolean silent) {
    boolean asks = request.flag("allow_stdin", true);
    return new ClientSink(
        (type, output) -> {
          if (!silent) {
            replies.publish(type, request.header(), output);
          }
        },
        (prompt, password) -> asks ? stdin.ask(request, prompt, password) : null);
  }

  private void publishResult(Message request, CellResult result, boolean silent) {
    if (result.value() != null && !silent) {
      JsonObject content = result.value().deepCopy();
      content.addProperty("execution_count", result.count());
      replies.publish("execute_result", request.header(), content);
    }
  }

  private static JsonObject expressions(JavaKernel kernel, Message request, Sink sink) {
    JsonObject out = new JsonObject();
    if (request.content().get("user_expressions") instanceof JsonObject asked) {
      for (String name : asked.keySet()) {
        out.add(name, expression(kernel, asked.get(name), sink));
      }
    }
    return out;
  }

  private static JsonObject expression(JavaKernel kernel, JsonElement code, Sink sink) {
    String source = code.isJsonPrimitive() ? code.getAsString() : code.toString();
    CellResult result = kernel.execute(source, sink, true, false);
    if (!result.ok()) {
      return Requests.error(result.error());
    }
    JsonObject answer = result.value() == null ? new JsonObject() : result.value().deepCopy();
    answer.addProperty("status", "ok");
    return answer;
  }

  /** What the cell asked to be shown in the client's pager. */
  private static JsonArray payload(JavaKernel kernel) {
    JsonArray out = new JsonArray();
    for (JsonObject bundle : kernel.takePages()) {
      JsonObject page = new JsonObject();
      page.addProperty("source", "page");
      page.add("data", bundle.get("data"));
      page.addProperty("start", 0);
      out.add(page);
    }
    return out;
  }

  /** After an error, a cell that already waits is not run, and so has no number. */
  void abort(ZMQ.Socket socket, Message request) {
    replies.state(request.header(), "busy");
    JsonObject aborted = new JsonObject();
    aborted.addProperty("status", "aborted");
    replies.reply(socket, request, aborted);
    replies.state(request.header(), "idle");
  }
}
