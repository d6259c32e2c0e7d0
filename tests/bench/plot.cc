// plot.cc — curves as SVG, logarithmic both ways.

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "tests/bench/bench.h"

namespace drydock::bench {

namespace {

constexpr double kWidth = 720, kHeight = 420;
constexpr double kLeft = 80, kRight = 190, kTop = 40, kBottom = 50;

/// Whole decades around all values of one axis.
struct Axis {
  double low = 0, high = 1;  // Powers of ten.

  void include(double value) {
    const double power = std::log10(std::max(value, 1e-3));
    if (fresh_) low = high = power;
    fresh_ = false;
    low = std::min(low, std::floor(power));
    high = std::max(high, std::ceil(power));
    if (high <= low) high = low + 1;
    low = std::floor(low);
  }
  /// From 0 to 1.
  double place(double value) const {
    return (std::log10(std::max(value, 1e-3)) - low) / (high - low);
  }

 private:
  bool fresh_ = true;
};

double x_of(const Axis& axis, double value) {
  return kLeft + axis.place(value) * (kWidth - kLeft - kRight);
}

double y_of(const Axis& axis, double value) {
  return kHeight - kBottom - axis.place(value) * (kHeight - kTop - kBottom);
}

std::string text(double x, double y, std::string_view anchor,
                 std::string_view what) {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}"
      "</text>\n",
      x, y, anchor, what);
}

std::string grid(const Axis& across, const Axis& up) {
  std::string lines;
  for (double power = across.low; power <= across.high; ++power) {
    const double x = x_of(across, std::pow(10, power));
    lines += fmt::format("<path d=\"M{0:.1f} {1}V{2}\" stroke=\"#ddd\"/>\n", x,
                         kTop, kHeight - kBottom);
    lines += text(x, kHeight - kBottom + 18, "middle",
                  fmt::format("{:.0f}", std::pow(10, power)));
  }
  for (double power = up.low; power <= up.high; ++power) {
    const double y = y_of(up, std::pow(10, power));
    lines += fmt::format("<path d=\"M{0} {1:.1f}H{2}\" stroke=\"#ddd\"/>\n",
                         kLeft, y, kWidth - kRight);
    lines += text(kLeft - 6, y + 4, "end",
                  fmt::format("{:g} us", std::pow(10, power)));
  }
  return lines;
}

}  // namespace

std::string svg(const std::string& title, const std::vector<Curve>& curves) {
  constexpr std::array<std::string_view, 6> kColours = {
      "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b"};
  Axis across, up;
  for (const Curve& curve : curves) {
    for (const auto& [size, cost] : curve.points) {
      across.include(size);
      up.include(cost);
    }
  }
  std::string picture = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      kWidth, kHeight);
  picture += text(kLeft, 24, "start", title);
  picture += grid(across, up);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const std::string_view colour = kColours[i % kColours.size()];
    std::string line;
    for (const auto& [size, cost] : curves[i].points) {
      line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? 'M' : 'L',
                          x_of(across, size), y_of(up, cost));
    }
    picture += fmt::format(
        "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n",
        line, colour);
    picture +=
        fmt::format("<g fill=\"{}\">", colour) +
        text(kWidth - kRight + 10, kTop + 18 * static_cast<double>(i + 1),
             "start", curves[i].name) +
        "</g>\n";
  }
  return picture + "</svg>\n";
}

}  // namespace drydock::bench
