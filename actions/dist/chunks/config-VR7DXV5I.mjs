import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-QH3YKWKM.mjs";import"./chunk-26JQDSEY.mjs";export{parseConfig,parseSettings,parseSettingsFile};
