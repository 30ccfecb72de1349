package resgen.kernel.magic;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code %device}: the devices that DJL sees. The one to use is a system property that a library
 * may read, {@code jshell.device}, or the one that {@code jshell.kernel.deviceProperty} names; DJL
 * itself takes a GPU when there is one.
 */
record Devices(String device, String engine, String note) {
  private static final String NAMED = "jshell.kernel.deviceProperty";
  private static final String NAMES = "auto|cpu|gpu(:\\d{1,4})?";

  /** Sets the device if one is named, and lists all. */
  static List<Devices> run(List<String> args, ClassLoader loader) {
    if (args.size() > 1 || (args.size() == 1 && !args.get(0).matches(NAMES))) {
      throw new IllegalArgumentException(
          "usage: %device [auto|cpu|gpu|gpu:N], but got " + String.join(" ", args));
    }
    List<Devices> all = list(loader, args.isEmpty() ? setting() : args.get(0));
    if (args.size() == 1) {
      if (all.stream().noneMatch(d -> d.note.contains("in use"))) {
        throw new IllegalArgumentException(
            "device " + args.get(0) + " is not there; DJL sees " + names(all));
      }
      System.setProperty(property(), args.get(0));
    }
    return all;
  }

  private static String property() {
    return System.getProperty(NAMED, "jshell.device");
  }

  /** The property, or else the environment variable of the same name in capitals. */
  private static String setting() {
    String variable = property().replace('.', '_').toUpperCase(Locale.ROOT);
    return System.getProperty(property(), System.getenv().getOrDefault(variable, "auto"));
  }

  private static List<String> names(List<Devices> all) {
    return all.stream().map(Devices::device).toList();
  }

  /** Through reflection: DJL may have been added by a cell, or not be there at all. */
  private static List<Devices> list(ClassLoader loader, String setting) {
    try {
      Class<?> type = Class.forName("ai.djl.engine.Engine", true, loader);
      Object engine = type.getMethod("getInstance").invoke(null);
      String name =
          type.getMethod("getEngineName").invoke(engine)
              + " "
              + type.getMethod("getVersion").invoke(engine);
      int gpus = (int) type.getMethod("getGpuCount").invoke(engine);
      Object devices = type.getMethod("getDevices").invoke(engine);
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < Array.getLength(devices); i++) {
        seen.add(name(Array.get(devices, i)));
      }
      if (!seen.contains("cpu")) {
        seen.add("cpu");
      }
      return seen.stream().map(d -> new Devices(d, name, note(d, setting, gpus))).toList();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("%device: there is no DJL on the class path", e);
    } catch (ReflectiveOperationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException("%device: DJL has no engine here: " + cause, cause);
    }
  }

  private static String name(Object device) {
    return String.valueOf(device).replace("()", "").replaceFirst("gpu\\((\\d+)\\)", "gpu:$1");
  }

  private static String note(String device, String setting, int gpus) {
    String standard = gpus > 0 ? "gpu:0" : "cpu";
    String chosen = setting.equals("auto") ? standard : setting.equals("gpu") ? "gpu:0" : setting;
    List<String> notes = new ArrayList<>();
    if (device.equals(chosen)) {
      notes.add("in use (" + setting + ")");
    }
    if (device.equals(standard)) {
      notes.add("DJL's default");
    }
    return String.join(", ", notes);
  }
}
