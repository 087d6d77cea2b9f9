import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-OIV2ABII.mjs";import"./chunk-KV553P4B.mjs";export{parseConfig,parseSettings,parseSettingsFile};
