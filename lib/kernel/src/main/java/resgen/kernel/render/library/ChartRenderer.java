package resgen.kernel.render.library;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;
import resgen.kernel.render.Pictures;

/** XChart's charts as PNG, or as SVG when asked and VectorGraphics2D is there. */
public final class ChartRenderer implements LibraryRenderer {
  @Override
  public void register(Renderer renderer) {
    renderer
        .createRegistration(Chart.class)
        .preferring(MIMEType.IMAGE_PNG)
        .supporting(MIMEType.IMAGE_SVG)
        .register(ChartRenderer::render);
  }

  private static void render(Chart<?, ?> chart, RenderContext context) {
    context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> text(chart));
    context.renderIfRequested(MIMEType.IMAGE_PNG, () -> png(chart));
    context.renderIfRequested(MIMEType.IMAGE_SVG, () -> svg(chart));
  }

  private static String text(Chart<?, ?> chart) {
    return chart.getClass().getSimpleName()
        + " \""
        + chart.getTitle()
        + "\" "
        + chart.getWidth()
        + "×"
        + chart.getHeight()
        + ", series "
        + chart.getSeriesCollection().stream().map(Series::getName).toList();
  }

  private static String png(Chart<?, ?> chart) {
    return Pictures.png(BitmapEncoder.getBufferedImage(chart));
  }

  private static String svg(Chart<?, ?> chart) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "SVG needs de.erichseifert.vectorgraphics2d:VectorGraphics2D on the class path", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a chart as SVG", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
