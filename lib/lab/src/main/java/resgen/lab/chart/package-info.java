/**
 * Charts and pictures of what was measured, in one style. A picture is a {@link
 * java.awt.image.BufferedImage}, which every notebook kernel shows; drawing the same numbers twice
 * gives the same bytes.
 */
package resgen.lab.chart;
