package resgen.kernel.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import resgen.kernel.JavaKernel;
import resgen.kernel.eval.Assist;
import resgen.kernel.eval.CellError;

/** The contents of replies to requests that run no code. */
final class Requests {
  private Requests() {}

  static JsonObject ok() {
    JsonObject out = new JsonObject();
    out.addProperty("status", "ok");
    return out;
  }

  static JsonObject error(CellError error) {
    JsonObject out = new JsonObject();
    out.addProperty("status", "error");
    out.addProperty("ename", error.name());
    out.addProperty("evalue", error.message());
    JsonArray lines = new JsonArray();
    error.traceback().forEach(lines::add);
    out.add("traceback", lines);
    return out;
  }

  static JsonObject kernelInfo() {
    JsonObject out = ok();
    out.addProperty("protocol_version", Codec.PROTOCOL);
    out.addProperty("implementation", "resgen-java");
    out.addProperty("implementation_version", JavaKernel.version());
    JsonObject language = new JsonObject();
    language.addProperty("name", "java");
    language.addProperty("version", Runtime.version().toString());
    language.addProperty("mimetype", "text/x-java-source");
    language.addProperty("file_extension", ".jshell");
    language.addProperty("pygments_lexer", "java");
    language.addProperty("codemirror_mode", "text/x-java");
    out.add("language_info", language);
    out.addProperty(
        "banner", "ResGen Java kernel " + JavaKernel.version() + " on Java " + Runtime.version());
    out.add("help_links", new JsonArray());
    return out;
  }

  static JsonObject complete(JavaKernel kernel, Message request) {
    String code = request.text("code", "");
    int cursor = offset(code, request.number("cursor_pos", code.length()));
    Assist.Completions found = kernel.assist().complete(code, cursor);
    JsonObject out = ok();
    JsonArray matches = new JsonArray();
    found.matches().forEach(matches::add);
    out.add("matches", matches);
    out.addProperty("cursor_start", code.codePointCount(0, found.start()));
    out.addProperty("cursor_end", code.codePointCount(0, cursor));
    out.add("metadata", new JsonObject());
    return out;
  }

  static JsonObject inspect(JavaKernel kernel, Message request) {
    String code = request.text("code", "");
    String text =
        kernel.assist().inspect(code, offset(code, request.number("cursor_pos", code.length())));
    JsonObject out = ok();
    out.addProperty("found", text != null);
    JsonObject data = new JsonObject();
    if (text != null) {
      data.addProperty("text/plain", text);
    }
    out.add("data", data);
    out.add("metadata", new JsonObject());
    return out;
  }

  /** Jupyter counts code points, Java counts chars. */
  private static int offset(String code, int codePoints) {
    int all = code.codePointCount(0, code.length());
    return code.offsetByCodePoints(0, Math.max(0, Math.min(codePoints, all)));
  }

  static JsonObject isComplete(JavaKernel kernel, Message request) {
    String is = kernel.assist().completeness(request.text("code", ""));
    JsonObject out = new JsonObject();
    out.addProperty("status", is);
    if (is.equals("incomplete")) {
      out.addProperty("indent", "  ");
    }
    return out;
  }

  static JsonObject history(JavaKernel kernel, Message request) {
    JsonObject out = ok();
    out.add("history", HistorySearch.of(request).in(kernel.history().entries()));
    return out;
  }

  static JsonObject comms() {
    JsonObject out = ok();
    out.add("comms", new JsonObject());
    return out;
  }
}
