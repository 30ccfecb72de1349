package resgen.kernel.eval;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Lambdas and method references for the new shape of the classes that they use.
 *
 * <p>{@link NotebookWeaver} makes those of a notebook serializable, so that they tell which method
 * they run and what they captured. The new one runs the same method of a copy of its code ({@link
 * CodeCopies}), or the newest method that it refers to. The JDK's own, such as {@code
 * Comparator.comparing} of one, are written and read again with the new ones in their place.
 */
final class HeirLambdas {
  private final UnaryOperator<Class<?>> newest;
  private final UnaryOperator<Object> heir;
  private final CodeCopies copies;
  private boolean stale;

  /**
   * @param newest the newest version of a notebook class
   * @param heir the heir of what a lambda captured
   * @param copies of code that uses older ones
   */
  HeirLambdas(UnaryOperator<Class<?>> newest, UnaryOperator<Object> heir, CodeCopies copies) {
    this.newest = newest;
    this.heir = heir;
    this.copies = copies;
  }

  /** Whether a lambda was met, since this was last asked, that goes on to run the old code. */
  boolean takeStale() {
    boolean was = stale;
    stale = false;
    return was;
  }

  static boolean isLambda(Class<?> c) {
    return c.isHidden() && c.getName().contains("$$Lambda");
  }

  /** Whether an object of the JDK may hold a notebook's lambda that serialization brings out. */
  static boolean mayHold(Object value) {
    return value instanceof Serializable
        && value.getClass().getName().startsWith("java.util.")
        && (value instanceof Comparator<?> || isLambda(value.getClass()));
  }

  /** The heir of a notebook's lambda; itself when its code is up to date or cannot be replaced. */
  Object ofNotebook(Object lambda) {
    SerializedLambda form = form(lambda);
    if (form == null) {
      return lambda;
    }
    Object now = rebuilt(form, lambda.getClass().getClassLoader(), false);
    return now == null ? lambda : now;
  }

  private static SerializedLambda form(Object lambda) {
    try {
      Method method = lambda.getClass().getDeclaredMethod("writeReplace");
      method.setAccessible(true);
      return (SerializedLambda) method.invoke(lambda);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  /**
   * The lambda of the newest code.
   *
   * @param always whether to make one also where nothing changed
   * @return null where nothing changed, or where the newest code has no such lambda
   */
  private Object rebuilt(SerializedLambda form, ClassLoader loader, boolean always) {
    Object[] captured = new Object[form.getCapturedArgCount()];
    boolean changed = always;
    for (int i = 0; i < captured.length; i++) {
      captured[i] = heir.apply(form.getCapturedArg(i));
      changed |= captured[i] != form.getCapturedArg(i);
    }
    try {
      Class<?> capturing = type(form.getCapturingClass(), loader);
      Class<?> owner = type(form.getImplClass(), loader);
      Class<?> copy = copies.of(capturing);
      boolean anew = copy == null ? newest.apply(capturing) != capturing : copy != capturing;
      boolean reference = owner != capturing; // to a method that has its own name
      changed |= anew || reference && newest.apply(owner) != owner;
      if (!changed) {
        return null;
      }
      if (anew && copy == null && !reference) {
        stale = true; // a class of the author's was written anew, and its lambdas with it
        return null;
      }
      Class<?> now = copy == null ? capturing : copy;
      return make(form, now, reference ? newest.apply(owner) : now, loader, captured);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      stale = true;
      return null;
    }
  }

  private Object make(
      SerializedLambda form, Class<?> now, Class<?> owner, ClassLoader loader, Object[] captured)
      throws ReflectiveOperationException {
    MethodHandles.Lookup lookup = ((NotebookLoader) now.getClassLoader()).lookupIn(now);
    MethodType implType = methodType(form.getImplMethodSignature(), loader);
    String name = form.getImplMethodName();
    MethodHandle run =
        switch (form.getImplMethodKind()) {
          case MethodHandleInfo.REF_invokeStatic -> lookup.findStatic(owner, name, implType);
          case MethodHandleInfo.REF_newInvokeSpecial ->
              lookup.findConstructor(owner, implType.changeReturnType(void.class));
          case MethodHandleInfo.REF_invokeSpecial -> lookup.findSpecial(owner, name, implType, now);
          default -> lookup.findVirtual(owner, name, implType);
        };
    MethodType whole = run.type();
    MethodType made =
        MethodType.methodType(
            newest.apply(type(form.getFunctionalInterfaceClass(), loader)),
            whole.parameterList().subList(0, captured.length));
    try {
      return LambdaMetafactory.altMetafactory(
              lookup,
              form.getFunctionalInterfaceMethodName(),
              made,
              methodType(form.getFunctionalInterfaceMethodSignature(), loader),
              run,
              methodType(form.getInstantiatedMethodType(), loader),
              LambdaMetafactory.FLAG_SERIALIZABLE)
          .getTarget()
          .invokeWithArguments(captured);
    } catch (ReflectiveOperationException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new ReflectiveOperationException(e);
    }
  }

  private static Class<?> type(String internalName, ClassLoader loader)
      throws ClassNotFoundException {
    return Class.forName(internalName.replace('/', '.'), false, loader);
  }

  private MethodType methodType(String descriptor, ClassLoader loader) {
    MethodType old = MethodType.fromMethodDescriptorString(descriptor, loader);
    MethodType now = old.changeReturnType(newest.apply(old.returnType()));
    for (int i = 0; i < now.parameterCount(); i++) {
      now = now.changeParameterType(i, newest.apply(now.parameterType(i)));
    }
    return now;
  }

  /** Stands for an object of the notebook while one of the JDK is written. */
  private record Held(int index) implements Serializable {}

  /** The heir of an object of the JDK; itself when it holds nothing that has one. */
  Object ofJdk(Object old) {
    Writer writer = null;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writer = new Writer(bytes);
      writer.writeObject(old);
      writer.flush();
      if (!writer.changed) {
        return old;
      }
      return new Reader(bytes.toByteArray(), writer.heirs).readObject();
    } catch (IOException | ClassNotFoundException | RuntimeException e) {
      stale |= writer != null && writer.changed;
      return old;
    }
  }

  private final class Writer extends ObjectOutputStream {
    private final List<Object> heirs = new ArrayList<>();
    private boolean changed;

    Writer(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object value) {
      if (value instanceof SerializedLambda form
          && form.getCapturingClass().startsWith("REPL/$JShell$")) {
        return lambda(form);
      }
      if (value == null || !value.getClass().getName().startsWith("REPL.$JShell$")) {
        return value;
      }
      Object now = heir.apply(value);
      changed |= now != value;
      return held(now);
    }

    private Object lambda(SerializedLambda form) {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Object now = rebuilt(form, loader, false);
      changed |= now != null;
      Object either = now == null ? rebuilt(form, loader, true) : now;
      if (either == null) {
        throw new IllegalStateException("a lambda of " + form.getCapturingClass());
      }
      return held(either);
    }

    private Held held(Object value) {
      heirs.add(value);
      return new Held(heirs.size() - 1);
    }
  }

  private static final class Reader extends ObjectInputStream {
    private final List<Object> heirs;

    Reader(byte[] bytes, List<Object> heirs) throws IOException {
      super(new ByteArrayInputStream(bytes));
      this.heirs = heirs;
      enableResolveObject(true);
    }

    @Override
    protected Object resolveObject(Object value) {
      return value instanceof Held held ? heirs.get(held.index) : value;
    }
  }
}
