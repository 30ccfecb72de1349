package resgen;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;
import resgen.torch.Torch;

/** Counts what the engine's managers hold. */
public final class Managers {

  private Managers() {}

  /** Arrays and managers on every manager of the process. */
  public static long count() {
    try (NDManager manager = Torch.manager()) {
      NDManager top = manager.getParentManager();
      while (top.getParentManager() != null && top.getParentManager() != top) {
        top = top.getParentManager();
      }
      return count(top) - 1;
    }
  }

  private static long count(NDManager manager) {
    long sum = 0;
    for (String name : new String[] {"resources", "tempResources"}) {
      for (Object value : Map.copyOf(field(manager, name)).values()) {
        sum += 1 + (value instanceof NDManager inner ? count(inner) : 0);
      }
    }
    return sum;
  }

  private static Map<?, ?> field(NDManager manager, String name) {
    try {
      Field field = BaseNDManager.class.getDeclaredField(name);
      field.setAccessible(true);
      return (Map<?, ?>) field.get(manager);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
