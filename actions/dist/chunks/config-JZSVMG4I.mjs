import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-LMREYBTO.mjs";import"./chunk-RD3KVQLF.mjs";export{parseConfig,parseSettings,parseSettingsFile};
