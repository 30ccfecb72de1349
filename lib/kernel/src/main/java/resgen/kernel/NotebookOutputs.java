package resgen.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import resgen.kernel.eval.CellError;
import resgen.kernel.output.Carriage;
import resgen.kernel.output.Sink;

/** Collects a notebook's outputs as the file keeps them. */
final class NotebookOutputs {
  private final Map<String, List<JsonObject>> shown = new HashMap<>();

  /** The sink of one cell; updates reach displays of earlier cells too. */
  final class Cell implements Sink {
    private final JsonArray outputs = new JsonArray();
    private boolean clearFirst;

    private void add(JsonObject output) {
      if (clearFirst) {
        clearFirst = false;
        clear(false);
      }
      outputs.add(output);
    }

    @Override
    public void stream(boolean error, String text) {
      synchronized (NotebookOutputs.this) {
        String name = error ? "stderr" : "stdout";
        JsonElement last = outputs.isEmpty() || clearFirst ? null : outputs.get(outputs.size() - 1);
        if (last instanceof JsonObject o
            && o.has("name")
            && name.equals(o.get("name").getAsString())) {
          o.addProperty("text", Carriage.collapse(o.get("text").getAsString() + text));
          return;
        }
        JsonObject output = output("stream");
        output.addProperty("name", name);
        output.addProperty("text", text);
        add(output);
      }
    }

    @Override
    public void display(JsonObject bundle) {
      synchronized (NotebookOutputs.this) {
        JsonObject output = output("display_data");
        fill(output, bundle);
        add(output);
        String id = displayId(bundle);
        if (id != null) {
          shown.computeIfAbsent(id, k -> new CopyOnWriteArrayList<>()).add(output);
        }
      }
    }

    @Override
    public void update(JsonObject bundle) {
      synchronized (NotebookOutputs.this) {
        shown.getOrDefault(displayId(bundle), List.of()).forEach(o -> fill(o, bundle));
      }
    }

    @Override
    public void clear(boolean wait) {
      synchronized (NotebookOutputs.this) {
        clearFirst = wait;
        while (!wait && !outputs.isEmpty()) {
          outputs.remove(outputs.size() - 1);
        }
      }
    }

    void result(CellResult result) {
      synchronized (NotebookOutputs.this) {
        if (result.value() != null) {
          JsonObject output = output("execute_result");
          output.addProperty("execution_count", result.count());
          fill(output, result.value());
          add(output);
        }
        if (result.error() != null) {
          add(error(result.error()));
        }
      }
    }

    JsonArray outputs() {
      return outputs;
    }
  }

  Cell cell() {
    return new Cell();
  }

  private static JsonObject output(String type) {
    JsonObject out = new JsonObject();
    out.addProperty("output_type", type);
    return out;
  }

  static JsonObject error(CellError error) {
    JsonObject out = output("error");
    out.addProperty("ename", error.name());
    out.addProperty("evalue", error.message());
    JsonArray lines = new JsonArray();
    error.traceback().forEach(lines::add);
    out.add("traceback", lines);
    return out;
  }

  private static void fill(JsonObject output, JsonObject bundle) {
    output.add("data", bundle.get("data"));
    output.add("metadata", bundle.get("metadata"));
  }

  private static String displayId(JsonObject bundle) {
    JsonObject hidden = bundle.getAsJsonObject("transient");
    JsonElement id = hidden == null ? null : hidden.get("display_id");
    return id == null ? null : id.getAsString();
  }
}
