package resgen.kernel;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import resgen.kernel.output.Sink;

/** Keeps a cell's output, in order. */
final class Recorder implements Sink {
  final List<String> events = new ArrayList<>();
  final List<JsonObject> bundles = new ArrayList<>();
  final StringBuilder out = new StringBuilder();
  final StringBuilder err = new StringBuilder();

  @Override
  public synchronized void stream(boolean error, String text) {
    events.add((error ? "err:" : "out:") + text);
    (error ? err : out).append(text);
  }

  @Override
  public synchronized void display(JsonObject bundle) {
    events.add("display");
    bundles.add(bundle);
  }

  @Override
  public synchronized void update(JsonObject bundle) {
    events.add("update");
    bundles.add(bundle);
  }

  @Override
  public synchronized void clear(boolean wait) {
    events.add("clear:" + wait);
  }

  @Override
  public String readLine(String prompt, boolean password) {
    return "typed at " + prompt;
  }
}
