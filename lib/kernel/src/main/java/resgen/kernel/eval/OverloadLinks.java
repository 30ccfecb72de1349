package resgen.kernel.eval;

import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.invoke.SwitchPoint;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;

/**
 * Links the calls of {@link Overloads} to the notebook's methods: always to the newest that was
 * defined with that name and those types.
 */
public final class OverloadLinks {
  private static final String SELF = OverloadLinks.class.getName().replace('.', '/');

  /** What the notebook's classes have in place of such a call. */
  static final Handle BOOTSTRAP =
      new Handle(
          Opcodes.H_INVOKESTATIC,
          SELF,
          "link",
          MethodType.methodType(
                  CallSite.class, MethodHandles.Lookup.class, String.class, MethodType.class)
              .toMethodDescriptorString(),
          false);

  private final List<Class<?>> wrappers = new ArrayList<>(); // in the order of their loading
  private SwitchPoint valid = new SwitchPoint();
  private boolean used;

  OverloadLinks() {}

  /** Whether calls of this class's methods are linked here. */
  static boolean takes(String owner) {
    return owner.contains("$" + Overloads.ALL);
  }

  /** Links a call, for the JVM. */
  public static CallSite link(MethodHandles.Lookup caller, String name, MethodType type) {
    NotebookLoader loader = (NotebookLoader) caller.lookupClass().getClassLoader();
    MutableCallSite site = new MutableCallSite(type);
    loader.overloads().relink(site, name.substring(Overloads.ONE.length()));
    return site;
  }

  /** A class was loaded, perhaps with a newer method. */
  synchronized void loaded(Class<?> type) {
    wrappers.add(type);
    if (used) {
      SwitchPoint before = valid;
      valid = new SwitchPoint();
      SwitchPoint.invalidateAll(new SwitchPoint[] {before});
    }
  }

  /** Links a call anew; it comes back here once a class was loaded. */
  private synchronized MethodHandle relink(MutableCallSite site, String name) {
    used = true;
    try {
      MethodHandle again =
          MethodHandles.lookup()
              .bind(
                  this,
                  "relink",
                  MethodType.methodType(MethodHandle.class, MutableCallSite.class, String.class));
      MethodHandle later =
          MethodHandles.foldArguments(
              MethodHandles.exactInvoker(site.type()),
              MethodHandles.insertArguments(again, 0, site, name));
      MethodHandle target = valid.guardWithTest(newest(name, site.type()), later);
      site.setTarget(target);
      return target;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot link " + name, e);
    }
  }

  private MethodHandle newest(String name, MethodType type) throws ReflectiveOperationException {
    for (int i = wrappers.size() - 1; i >= 0; i--) {
      Class<?> wrapper = wrappers.get(i);
      if (wrapper.getName().indexOf('$', "REPL.$JShell$".length()) < 0) { // no type of a wrapper's
        try {
          return MethodHandles.privateLookupIn(wrapper, MethodHandles.lookup())
              .findStatic(wrapper, name, type);
        } catch (NoSuchMethodException e) {
          // another snippet
        }
      }
    }
    throw new NoSuchMethodException(
        name
            + type
            + " is not defined any more; run the cells again that define the methods "
            + name);
  }
}
