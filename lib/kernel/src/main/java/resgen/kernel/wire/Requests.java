package resgen.kernel.wire;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;
import resgen.kernel.JavaKernel;
import resgen.kernel.assist.Assist;
import resgen.kernel.assist.Completions;
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
    out.addProperty("implementation", JavaKernel.NAME);
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
        "banner", JavaKernel.NAME + " " + JavaKernel.version() + " on Java " + Runtime.version());
    out.add("help_links", new JsonArray());
    return out;
  }

  static JsonObject complete(JavaKernel kernel, Message request) {
    String code = request.text("code", "");
    int cursor = offset(code, request.number("cursor_pos", code.length()));
    Completions found = kernel.assist().complete(code, cursor);
    int start = code.codePointCount(0, found.start());
    int end = code.codePointCount(0, cursor);
    JsonObject out = ok();
    JsonArray matches = new JsonArray();
    found.texts().forEach(matches::add);
    out.add("matches", matches);
    out.addProperty("cursor_start", start);
    out.addProperty("cursor_end", end);
    JsonArray types = new JsonArray();
    for (Completions.Match match : found.matches()) {
      JsonObject type = new JsonObject();
      type.addProperty("start", start);
      type.addProperty("end", end);
      type.addProperty("text", match.text());
      type.addProperty("type", match.kind());
      types.add(type);
    }
    JsonObject metadata = new JsonObject();
    metadata.add("_jupyter_types_experimental", types);
    out.add("metadata", metadata);
    return out;
  }

  static JsonObject inspect(JavaKernel kernel, Message request) {
    String code = request.text("code", "");
    int cursor = offset(code, request.number("cursor_pos", code.length()));
    boolean source = request.number("detail_level", 0) > 0;
    Optional<Assist.Inspection> found = kernel.assist().inspect(code, cursor, source);
    JsonObject out = ok();
    out.addProperty("found", found.isPresent());
    JsonObject data = new JsonObject();
    found.ifPresent(
        inspection -> {
          data.addProperty("text/plain", inspection.text());
          data.addProperty("text/html", inspection.html());
        });
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
    Assist.Completeness is = kernel.assist().completeness(request.text("code", ""));
    JsonObject out = new JsonObject();
    out.addProperty("status", is.status());
    if (is.status().equals("incomplete")) {
      out.addProperty("indent", is.indent());
    }
    return out;
  }

  static JsonObject history(JavaKernel kernel, Message request) {
    JsonObject out = ok();
    out.add("history", HistorySearch.of(request).in(kernel.history()));
    return out;
  }

  static JsonObject comms() {
    JsonObject out = ok();
    out.add("comms", new JsonObject());
    return out;
  }
}
