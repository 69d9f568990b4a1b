/* A picture to send without having one at hand: a street at night with one dark lamp, drawn here. */

export function samplePicture() {
  const canvas = document.createElement("canvas");
  canvas.width = 720;
  canvas.height = 540;
  const pen = canvas.getContext("2d");
  sky(pen);
  houses(pen);
  road(pen);
  lamp(pen, 120, true);
  lamp(pen, 600, true);
  lamp(pen, 360, false);
  pen.fillStyle = "rgba(255,255,255,.85)";
  pen.font = "600 22px sans-serif";
  pen.fillText("堰裕路 12 号灯杆", 24, 516);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
}

function sky(pen) {
  const fill = pen.createLinearGradient(0, 0, 0, 380);
  fill.addColorStop(0, "#0f1c33");
  fill.addColorStop(1, "#33466b");
  pen.fillStyle = fill;
  pen.fillRect(0, 0, 720, 540);
}

function houses(pen) {
  const rows = [[0, 130, 210], [130, 110, 260], [250, 150, 180], [410, 100, 250], [520, 200, 215]];
  for (const [left, width, height] of rows) {
    pen.fillStyle = "#1b2740";
    pen.fillRect(left, 390 - height, width - 8, height);
    for (let y = 410 - height; y < 370; y += 34) {
      for (let x = left + 14; x < left + width - 28; x += 30) {
        pen.fillStyle = (x * 7 + y * 3) % 5 < 2 ? "#f4cf86" : "#2a3a5b";
        pen.fillRect(x, y, 14, 18);
      }
    }
  }
}

function road(pen) {
  pen.fillStyle = "#262b33";
  pen.fillRect(0, 390, 720, 150);
  pen.fillStyle = "#4a505b";
  pen.fillRect(0, 390, 720, 14);
  pen.fillStyle = "#9aa1ab";
  for (let x = 20; x < 720; x += 110) pen.fillRect(x, 462, 60, 6);
}

function lamp(pen, x, lit) {
  if (lit) {
    const glow = pen.createRadialGradient(x + 34, 190, 6, x + 34, 300, 190);
    glow.addColorStop(0, "rgba(255,222,150,.75)");
    glow.addColorStop(1, "rgba(255,222,150,0)");
    pen.fillStyle = glow;
    pen.beginPath();
    pen.moveTo(x + 34, 180);
    pen.lineTo(x - 70, 404);
    pen.lineTo(x + 138, 404);
    pen.fill();
  }
  pen.fillStyle = "#0d131d";
  pen.fillRect(x - 3, 170, 7, 234);
  pen.fillRect(x - 3, 166, 44, 6);
  pen.fillStyle = lit ? "#ffe9b8" : "#454c58";
  pen.fillRect(x + 22, 172, 24, 9);
}
