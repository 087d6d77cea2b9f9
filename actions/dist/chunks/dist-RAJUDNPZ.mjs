import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url);const __filename=__fu(import.meta.url);const __dirname=__dn(__filename);
import{require_dist}from"./chunk-S2B23QLH.mjs";import"./chunk-GYHP4THM.mjs";export default require_dist();
